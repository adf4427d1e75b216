import { createInputProblems } from '../input-problems.ts'
import type { CatalogueModel, PriceCatalogue } from './catalogue.ts'
import { createModelMatcher } from './match-model.ts'
import { parseModel } from './parse-card.ts'
import { createPricedModel, type PricedModel } from './priced-model.ts'

/** Catalogues made ready for look-ups. */
export interface PriceBook {
  /** Stored with each quote. */
  readonly version: string
  /** Null: not in the book. A call of such a model is refused, never taken for free. */
  findModel(vendor: string, name: string): PricedModel | null
}

export interface PriceBookOptions {
  readonly version: string
  readonly catalogues: readonly PriceCatalogue[]
}

/**
 * A price book of catalogues, such as `publishedPrices` and the app's own. A vendor's model in a later catalogue replaces the same one in an earlier.
 *
 * @throws {BudgetError} `invalid_input` with all that is wrong with a catalogue.
 */
export function createPriceBook({ version, catalogues }: PriceBookOptions): PriceBook {
  const problems = createInputProblems()
  const ids = new Set<string>()
  const vendors = new Map<string, Map<string, { model: CatalogueModel; priced: PricedModel }>>()
  for (const [index, catalogue] of catalogues.entries()) {
    problems.expect(/^[A-Z]{3}$/.test(catalogue.currency), `${index}/currency`, 'must be such as USD.')
    const models = vendors.get(catalogue.vendor) ?? new Map()
    vendors.set(catalogue.vendor, models)
    for (const model of catalogue.models) {
      const path = `${index}/${catalogue.vendor}/${model.model}`
      for (const { id } of model.cards) {
        problems.expect(!ids.has(id), path, `has the card ${id} a second time; its id must be its own.`)
        ids.add(id)
      }
      models.set(model.model, { model, priced: createPricedModel(catalogue, model, parseModel(model, path, problems)) })
    }
  }
  problems.assertNone()
  const finders = new Map([...vendors].map(([vendor, models]) => [vendor, createFinder(models)]))
  return { version, findModel: (vendor, name) => finders.get(vendor)?.(name) ?? null }
}

function createFinder(models: ReadonlyMap<string, { model: CatalogueModel; priced: PricedModel }>) {
  const match = createModelMatcher([...models.values()].map(({ model }) => model))
  return (name: string) => models.get(match(name)?.model ?? '')?.priced ?? null
}
