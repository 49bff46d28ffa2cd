"""Words by which a message shows whom it is for, in English, German, Spanish and French."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Openers that carry no meaning of their own: what follows them counts.
LEAD = _any(
    r"^(?:(?:and|but|so|ok(?:ay)?|then|also|hm+|oh|ah|well|hey|hi|hello|please|pls|now|sorry|und|aber|also|dann|ach"
    r"|bitte|y|pero|entonces|et|mais|alors|donc)\b[\s,.:;!]*|[¿¡\s]+)+"
)
# Thanks, agreement, laughter, emoji: a message of nothing else asks for nothing.
THANKS = _any(
    r":[a-z0-9_+'-]+:",
    r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]",
    r"\b(?:many |so |muchas |merci |vielen )?(?:thanks|thank you|thankyou|thx|ty|cheers|danke|gracias|merci)\b"
    r"(?: (?:a lot|so much|everybody|all|dir|euch|schön|beaucoup|bien))?",
    r"\b(?:ok|okay|k|kk|cool|nice(?: one)?|great(?: work)?|perfect|perfecto|parfait|perfekt|awesome|super|lgtm|got it"
    r"|understood|makes sense|good (?:to know|find|catch|point|question|one|idea|news)|interesting|sounds good|fine"
    r"|done"
    r"|alright|sure|brilliant|excellent|amazing|neat|sweet|fair enough|exactly what i (?:needed|wanted)|will do|on it"
    r"|passt so|passt|prima|alles klar|verstanden|vale|entendido|estupendo|d'accord|génial|compris|genial|nickel"
    r"|(?:that|this) helps|that explains (?:it|the \w+))\b(?: a lot)?",
    r"\b(?:a?(?:ha)+h?|lol|rofl|xd|\+1|yay|wow)\b",
)
# The writer speaks to somebody else, or to everybody.
TO_ALL = _any(
    r"<[!@][^>]+>",
    r"(?<!\w)@\w+",
    r"^cc\b",
    r"\b(?:some|any|every)(?:one|body)\b",
    r"\by(?:ou )?(?:two|guys|all|folks)\b|\by'all\b",
    r"\bwho(?:'s| is|'ll| will| wants| can| could| has time| should)\b (?!(?:the|an?|responsible|calling|allowed)\b)",
    r"\b(?:should|shall|are|will|were) we\b|\blet'?s\b|\b(?:do|can) we (?:meet|talk|want|do|have time|agree)\b",
    r"\b(?:what|how|when|why|where) (?:do|would|did|will|are|were) you\b|\b(?:did|are|were|have|had|will) you\b",
    r"\b(?:do|would) you (?:remember|know|have|want|think|mind|agree|need|happen)\b|\bfor you\b",
    r"\bis (?:he|she)\b|\b(?:ask|tell) (?:him|her|them)\b",
    r"\bjemand\b|\bschaust du\b|\b(?:machen|sollen|wollen|können) wir\b|\bwer (?:macht|kann|hat)\b",
    r"\balguien\b|\b(?:vamos|deberíamos|podemos)\b|\bquién puede\b",
    r"\bquelqu['’]un\b|\bqui (?:peut|veut)\b|\bon (?:va|devrait|peut)\b",
)
# What the writer is going to do, thinks, or does not know: said for people to hear.
ASIDE = _any(
    r"\b(?:i|we)(?:'ll| will|'m (?:going|off|out|on|in|away|afraid)|'d say| am (?:going|off|out|on)"
    r"| (?:told|restarted|saw|think|guess|doubt|have to|need to (?:go|leave|run|ask|check)|gotta|must|can'?t say))\b",
    r"\blet me\b|\bhold on\b|\b(?:have|has|got) to (?:ask|check|go|leave)\b|\b(?:ask|check with) (?:the|our|my) \w+\b",
    r"\b(?:not sure|no (?:idea|clue)|dunno|don'?t know|no worries|brb|fyi|back (?:at|in|soon)|later)\b",
    r"\b(?:ich (?:frage?|schaue?|mache?|glaube?|denke?|muss|bin)|keine ahnung|weiß (?:ich )?nicht|später)\b",
    r"\b(?:voy a|creo que|no sé|ni idea|luego|más tarde|lo (?:miro|pregunto))\b",
    r"\bje (?:vais|pense|crois|ne sais|regarde|demande|reviens)\b|\baucune idée\b|\bplus tard\b",
)
ASKING = _any(
    r"^(?:who|what|which|where|when|why|how|since (?:when|which)|is|are|was|were|does|do|did|can|could|will|would|has"
    r"|have|anything)(?:'s)?\b",
    r"^(?:wer|was|welche[rsmn]?|wo|wann|warum|wieso|wie|seit|ist|sind|gibt|kann|geht|gilt)\b",
    r"^(?:quién|qué|cuál|dónde|cuándo|por qué|cómo|hay|puede)\b",
    r"^(?:qui|que|quel(?:le)?s?|où|quand|pourquoi|comment|est-ce|y a-t-il|peut-on)\b",
)
RHETORICAL = _any(
    r"[?!]{2,}\s*$",
    r"\b(?:always|immer|siempre|toujours)\b.*[?!]",
    r"^what an?\b|^(?:why|how) am i\b|^who (?:knew|cares)\b",
    r"^how (?:nice|cool|funny|odd|weird|sad|awful|stupid|annoying)\b",
    r"^(?:really|seriously|right|sure|why not|is it|no|yes|what|echt|wirklich|ernsthaft|en serio|vraiment)\W*$",
)
REQUEST = _any(
    r"^(?:show|list|explain|compare|find|search|give|tell me|look|quote|summari[sz]e|translate|check|try)\b",
    r"^(?:more|another|an?) (?:details?|examples?|links?|context)\b",
    r"^(?:can|could|would|will) you\b(?! (?:two|guys|all))",
    r"^(?:zeig|erklär|liste|such|finde|kannst du)\w*\b",
    r"^(?:muestra|explica|busca|lista|puedes)\w*\b",
    r"^(?:montre|explique|cherche|liste|peux-tu)\w*\b",
)
CORRECTION = _any(
    r"^(?:no|nope|nein|non)\b[,.:]? .*\b(?:mean|meant|meine|meinte|quise decir|voulais dire|not)\b",
    r"\bi (?:mean|meant|was asking|asked (?:about|for)|need the)\b|\b(?:it|that)(?: is|'s) called\b|\btypo\b",
    r"\b(?:that|this|it)(?: is|'s) (?:the|an?|not the) (?:old|wrong|other|right|one)\b",
    r"\bwrong (?:file|one|repo\w*|place)\b",
    r"\bich (?:meine|meinte)\b|\bquiero decir\b|\bme refiero\b",
    r"\bje veux dire\b",
)
# What changes or completes a draft.
AMENDS = _any(
    r"\b(?:also|too|as well|one more thing|another thing|additionally|in addition|ps)\b",
    r"\b(?:correction|should (?:say|be|read)|instead|rather than|change|rename|replace|remove|add|title|not the)\b",
    r"\b(?:shorten|actually|only (?:since|when|if|on|in|for|with|after|happens)|since (?:yesterday|today|last|the))\b",
    r"\b(?:auch|außerdem|korrektur|statt|ändere|titel|nur (?:seit|wenn|auf|bei))\b",
    r"\b(?:también|además|corrección|cambia|título)\b",
    r"\b(?:aussi|en plus|correction|remplace|titre)\b",
    r"^(?:never mind,? )?(?:file|discard|drop|cancel) (?:it|this|that)\b",
)
# What a bot's question is answered with: a device, a version, a place, steps, the words of a message.
DETAIL = _any(
    r"\d+\.\d+|\bv\d+\b|\b(?:build|version|versión|release) \S*\d",
    r"https?://|(?<![\w/])/\w+/?\w*",
    r"`[^`]+`|[\"“»«][^\"”»«]{3,}[\"”»«]",
    r"\b(?:chrome|firefox|safari|edge|opera|ios|iphone|ipad|android|pixel|galaxy|windows|mac(?:os|book)?|linux|ubuntu)\b",
    r"\b(?:prod|production|staging|préproduction|localhost|produktion|producción|(?:all|every|other) browsers?)\b",
    r"\b(?:open|click|tap|press|choose|select|log in|go to|hit|scroll)\b.*(?:,|\band\b|\bthen\b|->|→)",
)
# What a draft's buttons do, said in words.
DECIDES = _any(r"^(?:never mind,? )?(?:file|discard|drop|cancel|undo) (?:it|this|that)\b")
ANSWERED = _any(r"^(?:yes|yep|yeah|no|nope|both|neither|only|all of|ja|nein|sí|si|oui|non)\b")
# The asker wants to know how the bot came to what it said.
OF_ITS_WORDS = _any(
    r"^how did you (?:get|come|find|know|arrive)\b|^are you sure\b|^what do you mean\b|^why do you (?:say|think)\b",
    r"^bist du sicher\b|^was meinst du\b|^estás seguro\b|^tu es sûr\b",
)
# A name of code or of a file: where the bot knew nothing, somewhere to look.
NAME_OF_CODE = re.compile(
    r"`[^`]+`|\b\w+_\w+\b|\b[a-z]+[A-Z]\w+\b|\b[\w-]+/[\w./-]+|\b\w+\.(?:py|ts|js|go|md|dart|tsx)\b"
)
