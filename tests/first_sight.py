"""A cold visit, watched from its first byte: its size, what jumps, and English words in passing."""

from dataclasses import dataclass

from tests.browser import Visit

# Words are looked for at every change, so that one that stands for a single frame is caught too.
_WATCH = """() => {
    window.sight = {shift: 0, words: []};
    new PerformanceObserver(list => {
        for (const each of list.getEntries()) window.sight.shift += each.value;
    }).observe({type: 'layout-shift', buffered: true});
    const unseen = 'script, style, noscript, code, pre, [translate=no], #too-old';
    const read = node => {
        const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
        for (let text = texts.currentNode; text; text = texts.nextNode()) {
            const place = text.nodeType === 3 ? text.parentElement : null;
            const words = place && text.data.match(/[A-Za-z]{2,}/g);
            if (words && !place.closest(unseen)) window.sight.words.push(...words);
        }
    };
    new MutationObserver(changes => {
        for (const change of changes) {
            if (change.type === 'characterData') read(change.target);
            change.addedNodes.forEach(read);
        }
    }).observe(document, {subtree: true, childList: true, characterData: true});
}"""


@dataclass(frozen=True)
class Watched:
    """What was seen on the way.

    transferred  Bytes over HTTP, as sent: compressed, with headers.
    shift        Sum of the layout shifts, as browsers count them: 0 is still.
    words        Latin words that stood in the document at any moment, without repeats.
    """

    transferred: int
    shift: float
    words: frozenset[str]


def watched(seen: Visit, address: str) -> Watched:
    """Open an address in a fresh context and watch until the page has settled."""
    sizes: list[float] = []
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda each: sizes.append(each["encodedDataLength"]))
    seen.page.add_init_script(f"({_WATCH})()")
    seen.open(address)
    found = seen.page.evaluate("sight")
    return Watched(int(sum(sizes)), found["shift"], frozenset(found["words"]))
