/** Which workspace this window shows, where the playground has several. */

const KEY = "playground.team";

/** The query that names it; nothing for the first one. */
export function ofTeam() {
  const team = sessionStorage.getItem(KEY);
  return team ? `?team=${encodeURIComponent(team)}` : "";
}

/** The id of the workspace shown, of these (the first where none was chosen or the chosen one is gone). */
export function currentTeam(teams) {
  const chosen = sessionStorage.getItem(KEY);
  return teams.find((team) => team.id === chosen) ?? teams[0];
}

/** Shows another workspace from now on: the page starts over. */
export function switchTeam(id) {
  sessionStorage.setItem(KEY, id);
  location.assign("/");
}
