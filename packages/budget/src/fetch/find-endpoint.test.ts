import { expect, test } from 'vitest'
import { findEndpoint } from './find-endpoint.ts'
import { findVendor } from './find-vendor.ts'

const find = (request: string) => {
  const [method = '', url = ''] = request.split(' ')
  return findEndpoint(method, new URL(url))
}

test.each([
  ['POST https://api.openai.com/v1/chat/completions', 'chat'],
  ['POST https://gateway.test/team/openai/deployments/a/chat/completions?api-version=2026-01-01', 'chat'],
  ['POST https://api.openai.com/v1/responses', 'responses'],
  ['POST https://api.anthropic.com/v1/messages?beta=true', 'messages'],
  ['GET https://api.openai.com/v1/responses/resp_1?stream=true', 'free'],
  ['DELETE https://api.openai.com/v1/responses/resp_1', 'free'],
  ['POST https://api.openai.com/v1/responses/resp_1/cancel', 'free'],
  ['POST https://api.openai.com/v1/responses/input_tokens', 'free'],
  ['POST https://api.anthropic.com/v1/messages/count_tokens', 'free'],
  ['POST https://api.anthropic.com/v1/oauth/token', 'free'],
  ['POST https://api.openai.com/v1/responses/compact', 'unknown'],
  ['POST https://api.openai.com/v1/embeddings', 'unknown'],
  ['POST https://api.openai.com/v1/threads/thread_1/messages', 'unknown'],
  ['POST https://api.anthropic.com/v1/messages/batches', 'unknown'],
  ['POST https://bedrock-runtime.us-east-1.amazonaws.com/model/claude/invoke', 'unknown'],
])('%s is %s', (request, endpoint) => {
  expect(find(request)).toBe(endpoint)
})

test.each([
  ['https://api.openai.com/v1/responses', 'openai'],
  ['https://eu.api.openai.com/v1/responses', 'openai'],
  ['https://api.x.ai/v1/chat/completions', 'xai'],
  ['https://api.mistral.ai/v1/chat/completions', 'mistral'],
  ['https://api.deepseek.com/chat/completions', 'deepseek'],
  ['https://api.deepseek.com/anthropic/v1/messages', 'deepseek'],
  ['https://notopenai.com/v1/messages', 'anthropic'],
  ['http://127.0.0.1:4123/v1/chat/completions', 'openai'],
])('%s is billed by %s', (url, vendor) => {
  expect(findVendor(findEndpoint('POST', new URL(url)), new URL(url))).toBe(vendor)
})
