/** Makes text safe inside HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/**
 * A plain page for people who look at an emulator in a browser.
 *
 * @param title Escaped here.
 * @param body HTML; its texts are escaped by the caller.
 */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
article { border-top: 1px solid #ddd; padding: 1rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
img, video { max-width: 100%; border-radius: .5rem }
button { font: inherit; padding: .5rem 1rem; margin: .25rem 0; cursor: pointer }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`
}
