import { createFixedClock } from '@ofm-social/core/testing'
import { startXEmulator, type XEmulatorSwitches } from '@ofm-social/platform-x/emulator'
import { expect, test } from 'vitest'
import { runProbes } from '../run-probes.ts'
import { toRecord } from './call-x.ts'
import { createXProbeApi } from './probe-api.ts'
import { xProbes } from './x-probes.ts'

type Given = Readonly<Record<string, string>>
type Give = (emulator: Emulator) => Given | Promise<Given>
type Emulator = Awaited<ReturnType<typeof startXEmulator>>

async function ask(name: string, switches: XEmulatorSwitches, give: Give) {
  const clock = createFixedClock()
  const emulator = await startXEmulator({ now: clock.now, ...switches })
  try {
    const { accounts, app } = emulator.credentials()
    const accessToken = accounts[0]?.accessToken ?? ''
    const given = await give(emulator)
    const api = createXProbeApi({
      baseUrl: emulator.url,
      accessToken,
      given,
      sleep: async (ms) => void clock.advance(ms),
      runName: 'r1',
      readBalanceMicroUsd: async () => -Number(emulator.credentials().app.spentMicroUsd),
    })
    const findings = await runProbes(
      xProbes.filter((probe) => probe.name === name),
      api,
    )
    const secrets = [accessToken, String(app.bearerToken), String(app.clientSecret), String(accounts[0]?.refreshToken)]
    for (const secret of secrets) expect(JSON.stringify(findings)).not.toContain(secret)
    const before = given['old-post'] === undefined ? 0 : 1
    if (!switches.billing) expect(readLive(emulator, String(accounts[0]?.id))).toHaveLength(before)
    return findings[0]
  } finally {
    await emulator.close()
  }
}

const given = (more: Given) => () => more
const secretsOf: Give = (emulator) => {
  const { app, accounts } = emulator.credentials()
  return {
    'app-token': String(app.bearerToken),
    'client-id': String(app.clientId),
    'client-secret': String(app.clientSecret),
    'spare-refresh-token': String(accounts[1]?.refreshToken),
    'refresh-token': String(accounts[0]?.refreshToken),
  }
}
const withoutMedia = ['tweet.read', 'tweet.write', 'users.read', 'offline.access']
const withLikes = [...withoutMedia, 'like.read', 'like.write']
const premium: XEmulatorSwitches = { subscriptions: { ada_demo: 'Premium' } }
const spent: XEmulatorSwitches = { billing: 'spend_cap_reached' }
const reached = given({ 'limit-reached': 'yes' })
const billing = given({ billing: 'yes' })

const cases: readonly [string, XEmulatorSwitches, string, Give?][] = [
  ['create-answer', {}, 'legacy'],
  ['create-answer', { createAnswer: 'current' }, 'current'],
  ['create-answer', { createAnswer: 'neither' }, 'neither'],
  ['delete-twice', {}, 'not_found'],
  ['delete-twice', { deleteMissing: 'deleted' }, 'deleted'],
  ['whitespace', {}, 'trimmed'],
  ['reply-lag', {}, 'at_once'],
  ['reply-lag', { replyLagMs: 5_000 }, 'later'],
  ['duplicate', {}, 'refused'],
  ['duplicate', { duplicateWindowMs: 0 }, 'accepted'],
  ['duplicate-after-delete', {}, 'true'],
  ['duplicate-after-delete', { duplicateSurvivesDelete: false }, 'false'],
  ['duplicate-other-media', {}, 'refused'],
  ['duplicate-other-media', { duplicateComparesMedia: true }, 'accepted'],
  ['duplicate-window', {}, 'fits 24 h', given({ wait: '1' })],
  ['duplicate-window', { duplicateWindowMs: 1_800_000 }, 'less than 1 h', given({ wait: '1' })],
  ['duplicate-window', {}, 'fits 24 h', (emulator) => ({ ...secretsOf(emulator), wait: '25' })],
  [
    'duplicate-window',
    { duplicateWindowMs: 90 * 3_600_000 },
    'more than 25 h',
    (emulator) => ({ ...secretsOf(emulator), wait: '25' }),
  ],
  ['over-length', {}, 'not_permitted'],
  ['over-length', { overLength: 'code_186' }, 'code_186'],
  ['over-length', { ...premium, overLength: 'code_186' }, 'code_186'],
  ['counting-of-long-texts', premium, 'weighted'],
  ['poll-with-long-text', premium, 'accepted'],
  ['alt-text-of-video', {}, 'kept'],
  ['alt-text-of-video', { videoAltText: 'refused' }, 'refused'],
  ['sensitive-media', {}, 'true'],
  ['sensitive-media', { sensitiveReadsBack: false }, 'false'],
  ['mixed-media', {}, 'refused'],
  ['segment-reuse', {}, 'replaced'],
  ['segment-order', {}, 'accepted'],
  ['timeline-lag', {}, 'at_once'],
  ['timeline-lag', { timelineLagMs: 5_000 }, 'later'],
  ['missing-post', {}, 'partial'],
  ['missing-post', { missingPost: 'not_found' }, 'not_found'],
  ['dialect-of-accounts', {}, 'legacy'],
  ['dialect-of-accounts', { undecidedDialect: 'current' }, 'current'],
  ['clicks-without-link', {}, 'present'],
  ['clicks-without-link', { missingCounters: ['url_link_clicks'] }, 'missing'],
  ['entity-offsets', {}, 'code_points'],
  ['edit-window', {}, '60'],
  ['edit-window', { editWindowMs: 1_800_000 }, '30'],
  ['analytics', {}, 'open'],
  ['analytics', { analytics: 'refused' }, 'refused'],
  ['timeline-of-the-future', {}, 'empty'],
  ['timeline-backwards', {}, 'empty'],
  ['analytics-of-old-posts', {}, 'open', makeOldPost],
  ['analytics-of-old-posts', { analytics: 'refused' }, 'refused', makeOldPost],
  ['analytics-of-old-posts', { analyticsHistoryMs: 1 }, 'refused', makeOldPost],
  ['impressions-of-old-posts', { metricsGrowth: 'none' }, 'zero', makeOldPost],
  ['quote', {}, 'refused'],
  ['quote', { plan: 'enterprise' }, 'accepted'],
  ['like', { scopes: withLikes }, 'client_forbidden', giveOwnToken],
  ['like', { scopes: withLikes, planRefusal: 'forbidden' }, 'forbidden', giveOwnToken],
  ['repost', {}, 'open'],
  ['repost', { reposts: 'refused' }, 'refused'],
  ['repost-twice', {}, 'refused'],
  ['mention-of-stranger', {}, 'accepted', given({ stranger: '@bea_demo' })],
  ['mention-of-stranger', { strangerMentions: 'refused' }, 'refused', given({ stranger: 'bea_demo' })],
  ['reply-to-stranger', {}, 'refused', makeStrangerPost],
  ['reply-to-stranger', { plan: 'enterprise' }, 'accepted', makeStrangerPost],
  ['order-of-token', {}, 'token'],
  ['order-of-scopes', { scopes: withoutMedia }, 'scopes', giveOwnToken],
  ['order-of-scopes', {}, 'values', giveOwnToken],
  ['order-of-limits', {}, 'limits'],
  ['order-of-rules', {}, 'values'],
  ['order-of-money', spent, 'money', reached],
  ['order-of-money', {}, 'values', reached],
  ['subscription-answer', {}, 'nested', secretsOf],
  ['subscription-answer', { subscriptionAnswer: 'flat' }, 'flat', secretsOf],
  ['subscription-answer', { subscriptionAnswer: 'list' }, 'list', secretsOf],
  ['subscription-to-revoked-logins', {}, 'refused', secretsOf],
  ['webhook-refusal', { webhookUrls: 'public_only' }, '400 invalid-request', secretsOf],
  ['usage-of-credits', {}, 'absent', secretsOf],
  ['second-login', {}, 'revokes_first', logInAgain],
  ['second-login', { secondLogin: 'keeps_first' }, 'keeps_first', logInAgain],
  ['access-token-after-refresh', {}, 'dies', secretsOf],
  ['access-token-after-refresh', { accessTokenAfterRefresh: 'lives' }, 'lives', secretsOf],
  ['refresh-token-twice', {}, 'refuse', secretsOf],
  ['refresh-token-twice', { refreshReuse: 'revoke_grant' }, 'revoke_grant', secretsOf],
  ['answer-to-revoking', {}, 'revoked', secretsOf],
  ['spending-limit', spent, '403 SpendCapReached', reached],
  ['spending-limit', { billing: 'credits_depleted' }, '402 CreditsDepleted', reached],
  ['spending-limit-of-tokens', spent, 'open', (emulator) => ({ ...secretsOf(emulator), ...reached() })],
  [
    'spending-limit-of-tokens',
    { ...spent, billingAtTokenEndpoint: 'refuses' },
    'refuses',
    (emulator) => ({ ...secretsOf(emulator), ...reached() }),
  ],
  ['price-of-deleting', {}, '$0.01', billing],
  ['price-of-deleting', { prices: { 'interaction.delete': 5_000 } }, '$0.005', billing],
  ['price-of-uploading-a-picture', {}, '$0', billing],
  ['price-of-uploading-a-video', { prices: { 'media.upload': 15_000 } }, '$0.015', billing],
  ['price-of-uploading-a-video', {}, '$0', billing],
  ['price-of-bare-domain', {}, '$0.2', billing],
  ['price-of-bare-domain', { prices: { 'post.create.with_url': 15_000 } }, '$0.015', billing],
  ['price-of-short-link', {}, '$0.2', billing],
  ['price-of-mention-with-dot', {}, '$0.015', billing],
  ['price-of-link-to-post', {}, '$0.2', billing],
  ['price-of-self-reply', {}, '$0.015', billing],
  ['price-of-self-reply', { prices: { 'post.create': 10_000 } }, '$0.01', billing],
  ['price-of-edit', premium, '$0.015', billing],
  ['price-of-refusal', {}, '$0', billing],
  ['price-of-analytics', {}, '$0.005', billing],
  ['price-of-analytics', { prices: { analytics: 1_000 } }, '$0.001', billing],
  ['whitespace', { outerSpace: 'kept' }, 'kept'],
  ['counting-of-long-texts', { ...premium, longTextUnit: 'characters' }, 'characters'],
  ['poll-with-long-text', { ...premium, longPolls: 'refused' }, 'refused'],
  ['sensitive-media', { sensitiveMark: 'refused' }, 'refused'],
  ['mixed-media', { mixedMedia: 'taken' }, 'accepted'],
  ['segment-reuse', { segmentReuse: 'keeps_first' }, 'first_kept'],
  ['segment-reuse', { segmentReuse: 'refused' }, 'refused'],
  ['segment-order', { segmentOrder: 'in_row' }, 'refused'],
  ['entity-offsets', { entityOffsets: 'utf16' }, 'utf16'],
  ['timeline-of-the-future', { oddTimes: 'refused' }, 'refused'],
  ['timeline-backwards', { oddTimes: 'refused' }, 'refused'],
  ['post-of-suspended-author', {}, 'resource-not-found', suspendStranger],
  ['post-of-suspended-author', { suspendedError: 'forbidden' }, 'forbidden', suspendStranger],
  ['quote', { planRules: { quotes: 'open' } }, 'accepted'],
  ['reply-to-stranger', { planRules: { strangerReplies: 'open' } }, 'accepted', makeStrangerPost],
  ['repost-twice', { repeatedRepost: 'repeated' }, 'accepted'],
  ['order-of-token', { checkOrder: ['values', 'token'] }, 'values'],
  ['order-of-scopes', { scopes: withoutMedia, checkOrder: ['token', 'values', 'scopes'] }, 'values', giveOwnToken],
  ['order-of-money', { ...spent, checkOrder: ['token', 'values', 'billing'] }, 'values', reached],
  ['order-of-limits', { checkOrder: ['token', 'values', 'limits'] }, 'values'],
  ['order-of-rules', { checkOrder: ['token', 'limits', 'rules', 'values'] }, 'rules'],
  ['subscription-to-revoked-logins', { revokeEvents: 'subscribers' }, 'accepted', secretsOf],
  ['webhook-refusal', { webhookUrls: 'public_only', webhookRefusal: 'blank' }, '400 about:blank', secretsOf],
  ['usage-of-credits', { usageCredits: 'answers' }, 'answers', secretsOf],
  ['answer-to-revoking', { revokeAnswer: 'empty' }, 'something_else', secretsOf],
  ['spending-limit', { ...spent, spendCapRefusal: 'status_402' }, '402 SpendCapReached', reached],
  ['price-of-deleting', { deleteBilling: 'content.manage' }, '$0.005', billing],
  ['price-of-bare-domain', { pricedUrls: ['with_protocol'] }, '$0.015', billing],
  ['price-of-short-link', { pricedUrls: ['bare', 'post'] }, '$0.015', billing],
  ['price-of-mention-with-dot', { pricedUrls: ['handle'] }, '$0.2', billing],
  ['price-of-link-to-post', { pricedUrls: ['bare'] }, '$0.015', billing],
  ['price-of-self-reply', { selfReplyBilling: 'summoned' }, '$0.01', billing],
  ['price-of-edit', { ...premium, editBilling: 'free' }, '$0', billing],
  ['price-of-refusal', { refusedWrites: 'billed' }, '$0.015', billing],
  ['price-of-included-objects', { prices: { 'poll.read': 1_000 } }, '$0.006', billing],
  ['price-of-uploading-a-picture', { prices: { 'media.upload': 15_000 } }, '$0.015', billing],
  ['price-of-included-objects', {}, '$0.005', billing],
  ['price-of-included-media', {}, '$0.005', billing],
  ['price-of-included-media', { prices: { 'media.read': 1_000 } }, '$0.006', billing],
  ['price-of-link-to-media', {}, '$0.015', billing],
  ['price-of-link-to-media', { prices: { 'post.create': 200_000 } }, '$0.2', billing],
  ['price-of-media-analytics', {}, '$0.005', billing],
  ['price-of-media-analytics', { prices: { analytics: 1_000 } }, '$0.001', billing],
  ['delete-unknown', {}, 'not_found'],
  ['delete-unknown', { deleteMissing: 'deleted' }, 'deleted'],
  ['headers-of-day-limits', {}, 'absent'],
  ['headers-of-day-limits', { dayHeaders: 'present' }, 'present'],
  ['media-lag', {}, 'at_once'],
  ['media-lag', { mediaLagMs: 5_000 }, 'later'],
  ['status-of-picture', {}, 'refused'],
  ['status-of-picture', { statusWithoutProcessing: 'answer' }, 'answered'],
  ['answer-to-segment', {}, 'json'],
  ['answer-to-segment', { appendAnswer: 'empty' }, 'empty'],
  ['segment-too-large', {}, '413'],
  ['segment-too-large', { segmentTooLarge: 'status_400' }, '400'],
  ['missing-segment', {}, 'refused'],
  ['missing-segment', { missingSegment: 'fails_processing' }, 'fails_processing'],
  ['segments-at-once', {}, 'accepted'],
  ['answer-to-subtitles', {}, 'list'],
  ['answer-to-subtitles', { subtitlesAnswer: 'object' }, 'object'],
  ['analytics-totals', {}, 'timestamped'],
  ['analytics-totals', { analyticsTotals: 'flat' }, 'flat'],
  ['analytics-of-media', {}, 'numbers'],
  ['analytics-of-media', { mediaAnalyticsCounters: 'text' }, 'text'],
  ['host-of-problems', {}, 'api.twitter.com'],
  ['host-of-problems', { problemHost: 'api.x.com' }, 'api.x.com'],
  ['form-of-refusals', {}, 'recorded'],
  ['form-of-refusals', { errorBodies: 'single' }, 'single'],
  ['form-of-refusals', { errorBodies: 'untyped' }, 'untyped'],
  ['form-of-refusals', { errorBodies: 'coded_list' }, 'coded_list'],
  ['form-of-refusals', { errorBodies: 'coded' }, 'coded'],
  ['form-of-refusals', { errorBodies: 'html' }, 'html'],
  ['form-of-refusals', { errorBodies: 'empty' }, 'empty'],
  ['last-page', {}, 'ends'],
  ['last-page', { lastPage: 'empty_page_follows' }, 'empty_page_follows'],
  ['last-page', { timelineLagMs: 60_000 }, 'ends'],
  ['cap-of-reads', {}, '3000000', secretsOf],
  ['cap-of-reads', { plan: 'basic' }, '15000', secretsOf],
  ['order-of-enrolment', { enrolled: false }, 'enrolment', giveOwnToken],
  ['order-of-enrolment', { enrolled: false, checkOrder: ['token', 'values', 'enrolment'] }, 'values', giveOwnToken],
  ['order-of-account-state', { accountStates: { ada_demo: 'locked' } }, 'values', giveOwnToken],
  [
    'order-of-account-state',
    { accountStates: { ada_demo: 'suspended' }, checkOrder: ['token', 'account', 'values'] },
    'account',
    giveOwnToken,
  ],
  ['order-of-scopes-and-money', { ...spent, scopes: withoutMedia }, 'scopes', giveOwnToken],
  [
    'order-of-scopes-and-money',
    { ...spent, scopes: withoutMedia, checkOrder: ['token', 'billing', 'scopes'] },
    'money',
    giveOwnToken,
  ],
  ['order-of-money-and-limits', { billing: 'credits_depleted' }, 'money', reached],
  [
    'order-of-money-and-limits',
    { billing: 'credits_depleted', checkOrder: ['token', 'limits', 'billing'] },
    'limits',
    reached,
  ],
]

test.each(cases)('%s with %o says %s', async (name, switches, observed, give = () => ({})) => {
  const finding = await ask(name, switches, give)
  expect(finding?.observed, finding?.detail).toBe(observed)
  expect(finding?.verdict).toBe(finding?.assumed === observed ? 'as_assumed' : 'different')
})

test.each([
  ['counting-of-long-texts', {}, /Premium/],
  ['price-of-edit', { billing: 'yes' }, /Premium/],
  ['price-of-deleting', {}, /reads the balance .*--with billing/],
  ['second-login', {}, /OFM_PROBE_X_EARLIER_TOKEN/],
  ['mention-of-stranger', {}, /--with stranger=/],
  ['duplicate-window', {}, /hours to wait/],
  ['duplicate-window', { wait: '25' }, /OFM_PROBE_X_REFRESH_TOKEN/],
])('%s with %o is not asked, and says what it needs', async (name, more, reason) => {
  const finding = await ask(name, {}, given(more))
  expect(finding).toMatchObject({ verdict: 'not_asked', observed: undefined, detail: expect.stringMatching(reason) })
})

test('every probe is asked by a case', () => {
  const asked = new Set(cases.map(([name]) => name))
  expect(xProbes.filter(({ name }) => !asked.has(name)).map(({ name }) => name)).toEqual([])
})

test('every switch that a probe names is played at least two ways', () => {
  for (const { name, knob } of xProbes) {
    const played = new Set(cases.flatMap(([each, , observed]) => (each === name ? observed : [])))
    if (knob !== undefined) expect(played.size, `${name}: ${knob}`).toBeGreaterThan(1)
  }
})

test('concludes nothing from a refusal that has another reason', async () => {
  for (const name of ['delete-twice', 'quote', 'repost', 'mixed-media', 'analytics']) {
    const finding = await ask(name, { billing: 'credits_depleted' }, given({}))
    expect(finding, name).toMatchObject({ observed: undefined, verdict: 'unclear' })
  }
})

test('what fails half way, or comes after a stop, leaves no post behind', async () => {
  const emulator = await startXEmulator({ now: createFixedClock().now })
  try {
    const { accounts } = emulator.credentials()
    const stop = new AbortController()
    const api = createXProbeApi({
      baseUrl: emulator.url,
      accessToken: accounts[0]?.accessToken ?? '',
      sleep: async () => stop.abort(new Error('Stopped.')),
      runName: 'r1',
      stop: stop.signal,
    })
    const asked = xProbes.filter(({ name }) => ['duplicate-window', 'repost', 'delete-twice'].includes(name))
    const broken = asked.map((probe) => ({
      ...probe,
      needs: [],
      async run(each: typeof api) {
        await each.post(each.uniqueText())
        expect(readLive(emulator, String(accounts[0]?.id))).toHaveLength(1)
        await each.sleep(1)
        return probe.run(each)
      },
    }))
    const findings = await runProbes(broken, api, stop.signal)
    expect(findings.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['unclear', 'Stopped.'],
      ['not_asked', 'Stopped before.'],
      ['not_asked', 'Stopped before.'],
    ])
    expect(readLive(emulator, String(accounts[0]?.id))).toEqual([])
  } finally {
    await emulator.close()
  }
})

test('names what it could not delete', async () => {
  const emulator = await startXEmulator({ now: createFixedClock().now })
  const { accounts } = emulator.credentials()
  const api = createXProbeApi({
    baseUrl: emulator.url,
    accessToken: accounts[0]?.accessToken ?? '',
    sleep: async () => {},
    runName: 'r1',
  })
  try {
    const made = await api.post(api.uniqueText())
    emulator.addFault({ match: { method: 'POST', path: '/2/tweets' }, fault: { kind: 'accept_then_reset' } })
    await expect(api.post(api.uniqueText())).rejects.toThrow()
    emulator.addFault({ match: { method: 'DELETE' }, times: 9, fault: { kind: 'html_502', effect: 'before' } })
    await expect(api.cleanUp()).rejects.toThrow(`post ${made.id}, perhaps "r1 probe 2"`)
  } finally {
    await emulator.close()
  }
})

function readLive(emulator: Emulator, accountId: string) {
  return emulator.posts().filter((post) => post.accountId === accountId && post.removedAt === null)
}

async function call(
  emulator: Emulator,
  path: string,
  token: string,
  json: object,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(new URL(path, emulator.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })
  return toRecord(toRecord(await response.json()).data)
}

async function makeStrangerPost(emulator: Emulator): Promise<Given> {
  const [, bea] = emulator.credentials().accounts
  const { id } = await call(emulator, '/2/tweets', String(bea?.accessToken), { text: 'A stranger speaks' })
  return { 'stranger-post': String(id) }
}

async function suspendStranger(emulator: Emulator): Promise<Given> {
  const made = await makeStrangerPost(emulator)
  const token = String(emulator.credentials().accounts[0]?.accessToken)
  await call(emulator, '/_emulator/switches', token, { accountStates: { bea_demo: 'suspended' } })
  return { 'suspended-post': String(made['stranger-post']) }
}

async function makeOldPost(emulator: Emulator): Promise<Given> {
  const [ada] = emulator.credentials().accounts
  const { id } = await call(emulator, '/2/tweets', String(ada?.accessToken), { text: 'Long ago' })
  return { 'old-post': String(id) }
}

function giveOwnToken(emulator: Emulator): Given {
  const token = String(emulator.credentials().accounts[0]?.accessToken)
  const names = ['token-without-media', 'token-with-likes', 'token-outside-project', 'token-of-locked-account']
  return { ...Object.fromEntries(names.map((name) => [name, token])), 'limit-reached': 'yes' }
}

/** What a person does in the browser, for the same account and app; the token in use until then is the earlier one. */
async function logInAgain(emulator: Emulator): Promise<Given> {
  const { app, accounts } = emulator.credentials()
  const redirect_uri = 'https://app.example/callback'
  const verifier = 'v'.repeat(43)
  const fields = { response_type: 'code', client_id: String(app.clientId), redirect_uri, state: 's' }
  const challenge = { code_challenge: verifier, code_challenge_method: 'plain', scope: withoutMedia.join(' ') }
  await fetch(new URL('/i/oauth2/authorize', emulator.url), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...fields, ...challenge, account: String(accounts[0]?.id) }),
  }).then(async (answer) => {
    const code = new URL(String(answer.headers.get('location'))).searchParams.get('code') ?? ''
    const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')
    await fetch(new URL('/2/oauth2/token', emulator.url), {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier }),
    })
  })
  return { 'earlier-token': String(accounts[0]?.accessToken) }
}
