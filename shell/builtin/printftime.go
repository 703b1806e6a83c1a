package builtin

import (
	"fmt"
	"strings"
	"time"
)

// time prints %(FORMAT)T: a time in seconds since 1970, -1 or nothing for now,
// -2 for when the shell was started.
func (f *formatter) time(d directive, format string) {
	t := time.Now()
	if arg, ok := f.next(); ok && arg != "" {
		switch n := f.integer(arg); n {
		case -1:
		case -2:
			t = f.sh.Started()
		default:
			t = time.Unix(n, 0)
		}
	}
	if zone, ok := f.sh.Get("TZ"); ok {
		if place, err := time.LoadLocation(strings.TrimPrefix(zone, ":")); err == nil {
			t = t.In(place)
		}
	}
	if format == "" {
		format = "%X"
	}
	f.text(d, strftime(format, t))
}

// layouts are the conversions of strftime(3) in the C locale that Go's package
// time can write.
var layouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'h': "Jan", 'B': "January",
	'c': "Mon Jan _2 15:04:05 2006", 'D': "01/02/06", 'd': "02", 'e': "_2",
	'F': "2006-01-02", 'H': "15", 'I': "03", 'M': "04", 'm': "01", 'p': "PM",
	'P': "pm", 'R': "15:04", 'r': "03:04:05 PM", 'S': "05", 'T': "15:04:05",
	'X': "15:04:05", 'x': "01/02/06", 'Y': "2006", 'y': "06", 'Z': "MST",
	'z': "-0700",
}

func strftime(format string, t time.Time) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c != '%' || i+1 == len(format) {
			b.WriteByte(c)
			continue
		}
		i++
		if layout, ok := layouts[format[i]]; ok {
			b.WriteString(t.Format(layout))
			continue
		}
		switch isoYear, isoWeek := t.ISOWeek(); format[i] {
		case 'C':
			fmt.Fprintf(&b, "%02d", t.Year()/100)
		case 'G':
			fmt.Fprintf(&b, "%d", isoYear)
		case 'g':
			fmt.Fprintf(&b, "%02d", isoYear%100)
		case 'V':
			fmt.Fprintf(&b, "%02d", isoWeek)
		case 'j':
			fmt.Fprintf(&b, "%03d", t.YearDay())
		case 'k':
			fmt.Fprintf(&b, "%2d", t.Hour())
		case 'l':
			fmt.Fprintf(&b, "%2d", (t.Hour()+11)%12+1)
		case 'n':
			b.WriteByte('\n')
		case 's':
			fmt.Fprintf(&b, "%d", t.Unix())
		case 't':
			b.WriteByte('\t')
		case 'U': // weeks begin on Sunday
			fmt.Fprintf(&b, "%02d", (t.YearDay()+6-int(t.Weekday()))/7)
		case 'W': // on Monday
			fmt.Fprintf(&b, "%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7)
		case 'u':
			fmt.Fprintf(&b, "%d", (int(t.Weekday())+6)%7+1)
		case 'w':
			fmt.Fprintf(&b, "%d", t.Weekday())
		case '%':
			b.WriteByte('%')
		default:
			b.WriteByte('%')
			b.WriteByte(format[i])
		}
	}
	return b.String()
}
