"""What words of a question mean for a search: which say nothing, which say little, which say the same."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.knowledge.words import stem

_STOP = """
a about after again all also am an and any are aren as at be because been before being below between both but by can
cannot could couldn did didn do does doesn doing don down during each ever exactly few for from further had hadn has
hasn have haven having he her here hers him his how i if in into is isn it its itself just let ll me might more most
much my no nor not now of off on once only or other our ours out over own please same she should shouldn so some such
than that the their theirs them then there these they this those through to too under until up us ve very was wasn we
were weren what when where which while who whom whose why will with won would wouldn you your yours there tell know
want need anyone anybody somebody someone something anything explain show find give hello hi hey thanks thank ok yes
may shall must upon across per via within without many long often kind sort way thing mean actually currently really
"""
_GENERIC = """
work works happen use used using handle handles do make made call called calling return returns get gets set sets value
values default defaults file files code function functions method methods class classes module modules place located
location live lives defined define definition implemented implement implementation repository repo project codebase
application app system service part side configured configuration configure setting settings option options change
changed run running start started stop stopped take takes come comes go goes look looks see say says support supported
number amount name names time times type types kind current new old first last next current happen cause caused
responsible done allowed allow apply applied possible able decide decided determine determined expect expected accept
accepted listen listens given
"""
_ORDINARY = """
ability able access account act action activate actual add address admin age agree alarm alert amount answer appear
area arrive ask assign attach automatic avoid away back bad base basic begin behave behind best big bill bind block
body book bottom break bring broken browser build button buy card care carry case catch certain chance charge check
choose clean clear click client close cold collect column combine command comment commit common communicate company
compare complete computer condition confirm connect consider contain content continue control convert copy correct cost
count cover create customer cut damage data date day deal deep delay delete deliver depend deploy describe design detail
detect developer device different direct disable display document double download draw drive drop early easy edit effect
empty enable end enforce enough ensure enter entry equal error event exact example exceed exclude exist exit expire
express extend extra fail fall fast feature feed field fill filter final fit fix follow force forget form format free
frequent full generate good grant great group grow guarantee guide hard head health hear help hide high hit hold hour
human idea ignore image import important include increase incoming info inform input inside install instead interact
interface internal invalid issue item job join keep key language large late lead learn leave left length level limit
line link list load lock log long lose low machine mail main maintain manage manual map mark match maximum measure meet
memory mention merge message minimum minute miss mode model modify month move multiple network night notice notify
object offer office open operate order organise origin outgoing output outside overlap owner page paid pair parse party
pass password past path pay payment people perform period permission person phone pick plan play point policy possible
post prefer prepare present press prevent previous price print private problem process produce product program protect
prove provide public publish pull purpose push put quality query question queue quick raise range rate reach read ready
real reason receive recent record recover reduce refer reject relate remain remember remote repeat replace reply report
request require reserve reset resolve resource respond rest restart result retain retry reuse review revoke role room
rule safe sale sample save scale scan schedule screen search second secret section secure select send sense separate
sequence serve server session share shift ship short shut sign signal similar simple single size skip slow small solve
sort source space special speed split stage standard state status stay step stick stop storage store strategy stream
strict string strong structure style submit succeed success suggest supply switch system table tag target task team test
text throw time title together token tool total touch track transfer transform translate travel treat trigger trouble
true trust try turn unique unit unknown unlock unused update upload url user validate valid verify view visible visit
wait warn warning watch way week weight word worker world wrap write wrong year zero approve vacation
"""
_SAME = (
    "delete remove drop destroy",
    "error exception failure fail",
    "login signin authenticate auth",
    "logout signout",
    "config configuration setting settings option",
    "limit maximum max cap most",
    "minimum min least",
    "wait delay pause sleep backoff",
    "retry attempt retries",
    "timeout deadline ttl expire expiry",
    "directory folder dir",
    "argument parameter param",
    "database db",
    "message msg",
    "environment env",
    "request req",
    "response resp reply",
    "initialise initialize init",
    "color colour",
    "picture image photo",
    "price cost amount",
    "rebate discount",
    "allow permit",
    "refuse reject deny",
    "second seconds sec",
    "minute minutes min",
    "milliseconds ms millis",
    "length len",
    "count number quantity",
    "address url uri",
    "save store persist",
    "begin start",
    "interval every period",
    "email mail",
    "signature sign",
    "version release",
    "production prod",
    "document documentation docs",
    "create make new",
    "calculate compute",
)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


def _groups() -> Mapping[str, frozenset[str]]:
    same: dict[str, frozenset[str]] = {}
    for line in _SAME:
        group = _stems(line)
        for word in group:
            same[word] = same.get(word, frozenset()) | (group - {word})
    return same


STOP = _stems(_STOP)
"""Words that say nothing of what a question is about."""
GENERIC = _stems(_GENERIC) - STOP
"""Words that fit any code: they count for little, there or not."""
ORDINARY = _stems(_ORDINARY) | GENERIC
"""Everyday words: one that the repository never writes is no proof that the question is about something else."""
SYNONYMS = _groups()
"""Words that a programmer may write for one another."""
