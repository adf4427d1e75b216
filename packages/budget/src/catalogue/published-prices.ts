import type { PriceCatalogue } from '../prices/catalogue.ts'
import anthropic from './anthropic.json' with { type: 'json' }
import deepseek from './deepseek.json' with { type: 'json' }
import google from './google.json' with { type: 'json' }
import mistral from './mistral.json' with { type: 'json' }
import openai from './openai.json' with { type: 'json' }
import x from './x.json' with { type: 'json' }
import xai from './xai.json' with { type: 'json' }

/** The version of `publishedPrices`: grows with each change. */
export const publishedPricesVersion = '2026-11-26.1'

/** What vendors published, as far as it was reviewed: language models, minutes of sound, and calls and events of the X API. `NOTICE.md` says where each number comes from. */
export const publishedPrices: readonly PriceCatalogue[] = [anthropic, deepseek, google, mistral, openai, x, xai]
