import { expect, test } from 'vitest'
import { sign } from './webhook-signature.ts'

const secret = 'consumer-secret-example'

test('answers the published challenge and signs the published event', () => {
  expect(sign(secret, 'challenge_string')).toBe('sha256=SsxOpSGLxgXJx6R1gmfbpaG1lSmax0jR508kjeBxSMY=')
  const body =
    '{"data":{"event_uuid":"1","filter":{},"event_type":"oauth.revoke","payload":{"date_time":"2026-07-23T21:44:05+00:00","user_id":"1111111111111111111","app_id":"29820954"}}}'
  expect(sign(secret, body)).toBe('sha256=QByndlTjQc8SBMEtnyXpkgx6b0oYeW5SDl5Jr24F/lE=')
})
