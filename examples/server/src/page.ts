/** Makes text safe inside HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** A sentence as HTML; what stands between backticks is code. */
export function renderSentence(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

/** The one style of our pages; the content security policy allows it by its hash. */
export const pageStyle = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font-family: ui-monospace, monospace; font-size: .9em }
pre { overflow: auto; padding: .8rem; border: 1px solid #8884; border-radius: 6px }
details { border: 1px solid #8884; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem }
summary { cursor: pointer }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
nav { display: flex; flex-wrap: wrap; gap: 0 1rem }
details > div { scroll-margin-top: 4rem }
.method { display: inline-block; width: 4rem; font-weight: bold; text-transform: uppercase }
`

/** A page without scripts, of plain sentences. */
export function renderPage(title: string, sentences: readonly string[]): string {
  return renderHtml(title, sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n'))
}

/**
 * A page without scripts.
 *
 * @param title Escaped here.
 * @param body HTML; its texts are escaped by the caller.
 */
export function renderHtml(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`
}
