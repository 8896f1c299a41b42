# Reads an xunit result file; prints each failed test's name and its message, indented. A message longer than the room is
# cut in its middle: a plan or a page of a thousand lines must not push the other failures out of sight.
# A record is what stands between two openings of <test …> (or <error …>, for what failed outside a test).
BEGIN { RS = "<(test|error) " }
function between(text, from, to,    at) {
    at = index(text, from)
    if (!at) return ""
    text = substr(text, at + length(from))
    at = index(text, to)
    return at ? substr(text, 1, at - 1) : text
}
function plain(text) {
    gsub(/&quot;/, "\"", text); gsub(/&apos;|&#39;/, "'", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text)
    gsub(/&#xD;|&#xA;/, "\n", text); gsub(/&amp;/, "\\&", text)
    gsub(/\\"/, "\"", text); gsub(/\\\\/, "\\", text)
    return text
}
function fitted(text,    room) {
    room = 3000
    if (length(text) <= room) return text
    return substr(text, 1, room * 2 / 3) "\n[… " length(text) - room " characters …]\n" substr(text, length(text) - room / 3)
}
NR > 1 && /<failure/ {
    name = between($0, "name=\"", "\"")
    message = between($0, "<message>", "</message>")
    sub(/^<!\[CDATA\[/, "", message); sub(/\]\]>$/, "", message)
    message = fitted(plain(message))
    gsub(/\n/, "\n      ", message)
    print "  " plain(name) "\n      " message
}
