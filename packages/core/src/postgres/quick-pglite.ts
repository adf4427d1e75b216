import type { PGlite, PGliteQueryResults, PGliteTransaction } from 'kysely'
import type { NameStatement } from './statement-names.ts'
import { toLiteral } from './to-literal.ts'

/** A transaction of PGlite's own, which takes several statements at once and answers each. */
type ExecutingTransaction = PGliteTransaction & { exec<Row>(text: string): Promise<readonly PGliteQueryResults<Row>[]> }

/** What has come this often comes again. */
const COMINGS_MIN = 3
/** Texts that are counted at most: some differ each time. */
const TEXTS_MAX = 2_000

/** What the one connection of an instance has seen, from all who use it. */
interface Seen {
  readonly comings: Map<string, number>
  /** Names under which it keeps statements. */
  readonly prepared: Set<string>
}

const seenBy = new WeakMap<PGlite, Seen>()

/**
 * The same instance, which keeps the plans of what comes again in a transaction. To plan a statement takes it longer than to carry it out, and it does
 * nothing else meanwhile. What imitates PGlite and takes one statement only stays as it is.
 */
export function toQuickPglite(pglite: PGlite, nameStatement: NameStatement): PGlite {
  const seen = seenBy.get(pglite) ?? { comings: new Map(), prepared: new Set() }
  seenBy.set(pglite, seen)
  return {
    get closed() {
      return pglite.closed
    },
    get ready() {
      return pglite.ready
    },
    get waitReady() {
      return pglite.waitReady
    },
    close: () => pglite.close(),
    query: (text, values, options) => pglite.query(text, values, options),
    transaction: (work) =>
      pglite.transaction((tx) => work(isExecuting(tx) ? toQuickTransaction(tx, nameStatement, seen) : tx)),
  }
}

function isExecuting(tx: PGliteTransaction): tx is ExecutingTransaction {
  return 'exec' in tx && typeof tx.exec === 'function'
}

function toQuickTransaction(tx: ExecutingTransaction, nameStatement: NameStatement, seen: Seen): PGliteTransaction {
  const send = async <Row>(text: string): Promise<PGliteQueryResults<Row>> => {
    const answer = (await tx.exec<Row>(text)).at(-1)
    if (!answer) throw new Error('PGlite gave no answer')
    return answer
  }
  return {
    rollback: () => tx.rollback(),
    async query<Row>(
      text: string,
      values: readonly unknown[] = [],
      options?: Parameters<PGliteTransaction['query']>[2],
    ) {
      if (values.length === 0) return send<Row>(text)
      const literals = comesAgain(seen, text) ? toLiterals(values) : null
      const name = literals && nameStatement(text)
      if (!name) return tx.query<Row>(text, [...values], options)
      if (!seen.prepared.has(name)) {
        // By itself: it stays prepared when the statement fails, or all is rolled back.
        await tx.exec(`prepare ${name} as ${text}`)
        seen.prepared.add(name)
      }
      return send<Row>(`execute ${name} (${literals.join(', ')})`)
    },
  }
}

function comesAgain({ comings }: Seen, text: string): boolean {
  const before = comings.get(text)
  if (before === undefined && comings.size >= TEXTS_MAX) return false
  if (before === undefined || before < COMINGS_MIN) comings.set(text, (before ?? 0) + 1)
  return before !== undefined && before >= COMINGS_MIN - 1
}

/** In the form in which the driver sends them, whose type the statement tells; null when one has no such form. */
function toLiterals(values: readonly unknown[]): readonly string[] | null {
  const literals = values.map((value) => {
    if (value === null || value === undefined) return 'null'
    if (typeof value === 'string') return value.includes('\0') ? null : toLiteral(value)
    return typeof value === 'number' || typeof value === 'boolean' ? `'${value}'` : null
  })
  return literals.every((literal) => literal !== null) ? literals : null
}
