package match

import "unicode"

// classes are the character classes of POSIX XBD 7.3.1, and bash's ascii and
// word. A byte that is not valid UTF-8 is in none of them.
var classes = map[string]func(rune) bool{
	"alnum": func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) },
	"alpha": unicode.IsLetter,
	"ascii": func(r rune) bool { return r < 128 },
	"blank": func(r rune) bool { return r == ' ' || r == '\t' || r >= 128 && unicode.Is(unicode.Zs, r) },
	"cntrl": unicode.IsControl,
	"digit": func(r rune) bool { return '0' <= r && r <= '9' },
	"graph": func(r rune) bool { return unicode.IsPrint(r) && !unicode.IsSpace(r) },
	"lower": unicode.IsLower,
	"print": unicode.IsPrint,
	"punct": func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) },
	"space": unicode.IsSpace,
	"upper": unicode.IsUpper,
	"word":  func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) },
	"xdigit": func(r rune) bool {
		return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F'
	},
}

// collating are the names of the portable character set (POSIX XBD 6.1).
var collating = map[string]rune{
	"NUL": 0, "alert": '\a', "backspace": '\b', "tab": '\t', "newline": '\n',
	"vertical-tab": '\v', "form-feed": '\f', "carriage-return": '\r',
	"space": ' ', "exclamation-mark": '!', "quotation-mark": '"',
	"number-sign": '#', "dollar-sign": '$', "percent-sign": '%',
	"ampersand": '&', "apostrophe": '\'', "left-parenthesis": '(',
	"right-parenthesis": ')', "asterisk": '*', "plus-sign": '+', "comma": ',',
	"hyphen": '-', "hyphen-minus": '-', "period": '.', "full-stop": '.',
	"slash": '/', "solidus": '/', "zero": '0', "one": '1', "two": '2',
	"three": '3', "four": '4', "five": '5', "six": '6', "seven": '7',
	"eight": '8', "nine": '9', "colon": ':', "semicolon": ';',
	"less-than-sign": '<', "equals-sign": '=', "greater-than-sign": '>',
	"question-mark": '?', "commercial-at": '@', "left-square-bracket": '[',
	"backslash": '\\', "reverse-solidus": '\\', "right-square-bracket": ']',
	"circumflex": '^', "circumflex-accent": '^', "underscore": '_',
	"low-line": '_', "grave-accent": '`', "left-brace": '{',
	"left-curly-bracket": '{', "vertical-line": '|', "right-brace": '}',
	"right-curly-bracket": '}', "tilde": '~', "DEL": 127,
}
