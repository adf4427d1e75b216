import type { OpenApiDocument } from './open-api.ts'
import { escapeHtml, renderHtml, renderSentence } from './page.ts'
import type { ProblemKind } from './problem.ts'

type Operation = NonNullable<NonNullable<OpenApiDocument['paths']>[string]['get']>

interface Entry {
  readonly method: string
  readonly url: string
  readonly operation: Operation
}

const methods = ['get', 'post', 'patch'] as const

/** The document as one page without scripts, for people; machines read `/openapi.json`. */
export function renderReference(document: OpenApiDocument, problems: readonly ProblemKind[]): string {
  const entries = listEntries(document)
  const tags = [...new Set(entries.map(({ operation }) => operation.tags?.[0] ?? 'Other'))]
  const links = tags.map((tag) => `<a href="#${tag}">${escapeHtml(tag)}</a>`)
  const sections = tags.map((tag) => {
    const own = entries.filter(({ operation }) => operation.tags?.[0] === tag)
    return `<h2 id="${tag}">${escapeHtml(tag)}</h2>\n${own.map(renderEntry).join('\n')}`
  })
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      // The id is inside: a browser opens what a link leads into.
      `<details><summary><code>${escapeHtml(name)}</code></summary><div id="schema-${name}">${renderJson(schema)}</div></details>`,
  )
  const { title, description } = document.info
  return renderHtml(
    title,
    [
      `<p>${renderSentence(description ?? '')}</p>`,
      '<p>Every call but those marked open takes <code>Authorization: Bearer ofm_live_…</code>.</p>',
      `<nav>${links.join('')}<a href="#problems">Problems</a><a href="#schemas">Schemas</a><a href="openapi.json">openapi.json</a></nav>`,
      ...sections,
      '<h2 id="problems">Problems</h2>',
      renderProblems(problems),
      '<h2 id="schemas">Schemas</h2>',
      ...schemas,
    ].join('\n'),
  )
}

function listEntries({ paths }: OpenApiDocument): readonly Entry[] {
  return Object.entries(paths ?? {}).flatMap(([url, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, url, operation }] : []
    }),
  )
}

function renderEntry({ method, url, operation }: Entry): string {
  const open = operation.security?.length === 0 ? ' · open' : ''
  const parameters = (operation.parameters ?? []).map((parameter) => {
    if (!('name' in parameter)) return ''
    const { name, in: place, required, description } = parameter
    const cells = [
      `<code>${escapeHtml(name ?? '')}</code>`,
      `${place}${required ? ', required' : ''}`,
      renderSentence(description ?? ''),
    ]
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  })
  return [
    `<details id="${operation.operationId}">`,
    `<summary><span class="method">${method}</span><code>${escapeHtml(url)}</code>${open}<br>${renderSentence(operation.summary ?? '')}</summary>`,
    operation.description ? `<p>${renderSentence(operation.description)}</p>` : '',
    parameters.length > 0 ? `<table>${parameters.join('')}</table>` : '',
    operation.requestBody ? `<p>Body</p>${renderContents(operation.requestBody)}` : '',
    ...Object.entries(operation.responses ?? {}).map(
      ([status, answer]) => `<p>${escapeHtml(status)}</p>${renderContents(answer)}`,
    ),
    '</details>',
  ].join('\n')
}

function renderProblems(problems: readonly ProblemKind[]): string {
  const head = '<tr><th>code</th><th>status</th><th></th><th>may succeed later, unchanged</th></tr>'
  const rows = problems.map(({ code, status, title, retryable }) => {
    const cells = [`<code>${code}</code>`, status, escapeHtml(title), retryable ? 'yes' : '']
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  })
  return `<table>${head}${rows.join('\n')}</table>`
}

/** A body by media type: a link to a schema with a name, else the schema itself. */
function renderContents(holder: unknown): string {
  const content = readMember(holder, 'content')
  if (typeof content !== 'object' || content === null) return ''
  return Object.entries(content)
    .map(([type, media]) => {
      const schema = readMember(media, 'schema')
      const reference = readMember(schema, '$ref')
      if (typeof reference !== 'string') return `<p><code>${escapeHtml(type)}</code></p>${renderJson(schema)}`
      const name = reference.split('/').at(-1) ?? ''
      return `<p><code>${escapeHtml(type)}</code> <a href="#schema-${name}">${escapeHtml(name)}</a></p>`
    })
    .join('\n')
}

function renderJson(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2) ?? '')}</pre>`
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
