# Reads an xunit result file; prints each failed test's name and its message, indented.
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
NR > 1 && /<failure/ {
    name = between($0, "name=\"", "\"")
    message = between($0, "<message>", "</message>")
    sub(/^<!\[CDATA\[/, "", message); sub(/\]\]>$/, "", message)
    message = plain(message)
    gsub(/\n/, "\n      ", message)
    print "  " plain(name) "\n      " message
}
