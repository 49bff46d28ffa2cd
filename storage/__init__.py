"""Tables, the database, the durable engine, one repository module for each aggregate."""
