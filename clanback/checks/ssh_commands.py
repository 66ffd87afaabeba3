"""The command of `rsh` as Borg and ssh read it: split like a shell's words, then ssh's options (ssh(1), ssh_config(5))."""

from __future__ import annotations

import shlex

import attrs

_FLAGS = frozenset("46AaCfGgKkMNnqsTtVvXxYy")
_WITH_VALUE = frozenset("BbcDEeFIiJLlmOopQRSWwP")

KEYWORDS = frozenset(
    """
    addkeystoagent addressfamily batchmode bindaddress bindinterface canonicaldomains canonicalizefallbacklocal
    canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms certificatefile
    channeltimeout checkhostip ciphers clearallforwardings compression connectionattempts connecttimeout controlmaster
    controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar exitonforwardfailure
    fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout forwardx11trusted gatewayports
    globalknownhostsfile gssapiauthentication gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms
    gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts host
    hostbasedacceptedalgorithms hostbasedauthentication hostkeyalgorithms hostkeyalias hostname identitiesonly
    identityagent identityfile ignoreunknown include ipqos kbdinteractiveauthentication kbdinteractivedevices
    kexalgorithms knownhostscommand localcommand localforward loglevel logverbose macs match
    nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming passwordauthentication
    permitlocalcommand permitremoteopen pkcs11provider port preferredauthentications proxycommand proxyjump
    proxyusefdpass pubkeyacceptedalgorithms pubkeyauthentication refuseconnection rekeylimit remotecommand remoteforward
    requesttty requiredrsasize revokedhostkeys securitykeyprovider sendenv serveralivecountmax serveraliveinterval
    sessiontype setenv stdinnull streamlocalbindmask streamlocalbindunlink stricthostkeychecking syslogfacility tag
    tcpkeepalive tunnel tunneldevice updatehostkeys user userknownhostsfile verifyhostkeydns versionaddendum
    visualhostkey warnweakcrypto xauthlocation challengeresponseauthentication cipher dsaauthentication fallbacktorsh
    globalknownhostsfile2 hostbasedkeytypes keepalive pubkeyacceptedkeytypes pubkeyauthentication rhostsauthentication
    rhostsrsaauthentication rsaauthentication skeyauthentication protocol smartcarddevice tisauthentication
    useprivilegedport userknownhostsfile2 userroaming usersh useroaming afstokenpassing kerberosauthentication
    kerberostgtpassing compressionlevel dsaauthentication
    """.split()  # noqa: SIM905
)
"""Names that `-o` takes, in small letters; the last lines are old ones that ssh still takes or passes over."""


@attrs.frozen
class SshCommand:
    """What an `rsh` says: identity files, options by their name in small letters, and the words that ssh would not take.

    `program` is the first word; `known` is False when that is something else than ssh, of which nothing can be said. `problem` is
    what keeps ssh from starting at all.
    """

    program: str
    known: bool = True
    identities: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    problem: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    """The password that stands in it (`sshpass -p`)."""


def read(rsh: str) -> SshCommand:
    """Take a command apart; never raises."""
    try:
        words = shlex.split(rsh)
    except ValueError as refused:
        return SshCommand("", problem=f"Borg cannot split it into words: {str(refused).lower()}")
    if not words:
        return SshCommand("", problem="it is empty")
    password = None
    if _name(words[0]) == "sshpass":
        password, words = _after_sshpass(words)
        if not words:
            return SshCommand("sshpass", known=False, password=password)
    if _name(words[0]) != "ssh":
        return SshCommand(words[0], known=False, password=password)
    return _ssh(words[0], words[1:], password)


def _name(word: str) -> str:
    return word.rpartition("/")[2]


def _after_sshpass(words: list[str]) -> tuple[str | None, list[str]]:
    """The password among the options of sshpass, and the command it starts."""
    at = 1
    password = None
    while at < len(words) and words[at].startswith("-"):
        letter, value = words[at][1:2], words[at][2:]
        at += 1
        if letter in "pfdP" and letter:
            if letter == "p":
                password = value or "".join(words[at : at + 1])
            at += not value
    return password, words[at:]


def _ssh(program: str, words: list[str], password: str | None) -> SshCommand:
    identities: list[str] = []
    options: list[tuple[str, str]] = []
    problem = None
    at = 0
    while at < len(words) and problem is None:
        word = words[at]
        at += 1
        if word == "--" and at == len(words):
            break
        if not word.startswith("-") or word in ("-", "--"):
            problem = f"ssh would take “{words[at] if word == '--' else word}” for the host"
            break
        for place, letter in enumerate(word[1:], 2):
            if letter in _FLAGS:
                continue
            if letter not in _WITH_VALUE:
                problem = f"ssh has no option `-{letter}`"
                break
            value = word[place:]
            if not value:
                if at == len(words):
                    problem = f"after `-{letter}` something is missing"
                    break
                value, at = words[at], at + 1
            if letter == "i":
                identities.append(value)
            elif letter == "p" and not (value.isascii() and value.isdecimal() and 0 < int(value[:6]) < 65536):
                problem = f"“{value}” is no port"
            elif letter == "o":
                name, text = _option(value)
                if not name or not text:
                    problem = f"“-o {value}” is not `Name=value`"
                options.append((name.lower(), text))
                if name.lower() == "identityfile":
                    identities.append(text)
            break
    if problem is None:
        ignored = {pattern.lower() for name, text in options if name == "ignoreunknown" for pattern in text.split(",")}
        unknown = next((name for name, _ in options if name not in KEYWORDS and not ignored), None)
        problem = f"ssh has no option “{unknown}”" if unknown else None
    return SshCommand(program, True, tuple(identities), tuple(options), problem, password)


def _option(text: str) -> tuple[str, str]:
    """Name and value of `-o`: with an equals sign, spaces, or both between them."""
    text = text.strip()
    end = next((at for at, sign in enumerate(text) if sign in "= \t"), len(text))
    value = text[end:].strip()
    return text[:end], value.removeprefix("=").strip().strip('"')
