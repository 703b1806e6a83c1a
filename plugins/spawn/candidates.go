package spawn

import "strings"

// Candidates lists the paths at which a command may be, in the order of search:
// name itself when it has a slash, otherwise one for each element of path. An
// empty element is the working directory (POSIX XBD 8.3). An empty name has none.
func Candidates(path, name string) []string {
	if name == "" {
		return nil
	}
	if strings.Contains(name, "/") {
		return []string{name}
	}
	var list []string
	for dir := range strings.SplitSeq(path, ":") {
		switch {
		case dir == "":
			list = append(list, "./"+name)
		case strings.HasSuffix(dir, "/"):
			list = append(list, dir+name)
		default:
			list = append(list, dir+"/"+name)
		}
	}
	return list
}
