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
article { border-top: 1px solid #ddd; padding: .75rem 0; overflow-wrap: anywhere }
article p, article ul { margin: .25rem 0 }
.text { white-space: pre-wrap }
.thread { border-top: 2px solid #999; margin-top: 1rem }
.thread > article:first-child { border-top: 0 }
.replies { border-left: 3px solid #ddd; margin-left: .25rem; padding-left: 1rem }
blockquote { border: 1px solid #ddd; border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem }
.media { display: flex; gap: .5rem; overflow-x: auto; margin: .5rem 0 }
figure { flex: none; margin: 0; max-width: 100%; width: min-content }
img, video { display: block; max-width: 36rem; max-height: 24rem; border-radius: .5rem; background: #eee }
.media > :not(:only-child) :is(img, video) { max-height: 14rem }
figcaption, small { color: #555; font-size: .85rem }
th, td { text-align: left; padding: .25rem 1.5rem .25rem 0 }
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
