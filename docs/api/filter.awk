# Makes of a header what Doxygen understands: its head becomes the description of the file, and the words that
# begin a paragraph of a docstring ("Errors", "Complexity", ...) begin one. What stands in namespace std is left out.
NR == 1 && /^\/\/ / {
    print "//! \\file"
    sub(/^\/\/ /, "//! \\brief ")
    in_head = 1
    print
    next
}
in_head && /^\/\// {
    sub(/^\/\/ ?/, "")
    gsub(/[<>&@\\#%]/, "\\\\&")
    sub(/^(Invariant [0-9]+|Because|Edges|Fairness|Lifetime|Crash|Checked by|Source)  +/, "<br><b>&</b> ")
    print "//! " $0
    next
}
{ in_head = 0 }
/^struct std::/ { in_std = 1 }
in_std {
    in_std = !/^};/
    next
}
/^template <>$/ { next }
/^ *\/\/\/ / {
    gsub(/(\/\/\/ +|  +)(Returns|Errors|Complexity|Threads|Units|Fairness|Memory|Source|Semaphore)  +/, "&\001 ")
    while (match($0, /(Returns|Errors|Complexity|Threads|Units|Fairness|Memory|Source|Semaphore)  +\001/)) {
        word = substr($0, RSTART, RLENGTH - 1)
        sub(/ +$/, "", word)
        $0 = substr($0, 1, RSTART - 1) "<br><b>" word "</b>" substr($0, RSTART + RLENGTH)
    }
}
{ print }
