import { describe, expect, test } from 'vitest'
import { countBytes, countTokens } from './count-tokens.ts'

/** Each text with what gpt-tokenizer 4.0.0 counts with o200k_base for ten of it. */
const texts: readonly (readonly [name: string, tokensOfTen: number, text: string])[] = [
  [
    'English',
    211,
    'Publishing to many networks is hard: each platform has limits, rate windows and its own ideas about media. ',
  ],
  [
    'a caption with emoji',
    311,
    "New drop tonight 🔥🔥 link in bio 💋 who's ready?? 😈✨ #newpost #fyp @ada_demo 🥵💦 ",
  ],
  ['German', 162, 'Veröffentlichungszeitpunkt und Budgetüberschreitungen werden selbstverständlich vorausberechnet. '],
  ['French', 162, 'Première lumière : la créatrice publie aujourd’hui à dix-huit heures. '],
  ['Russian', 142, 'Первый свет: сегодня в шесть вечера выходит новая публикация. '],
  ['Greek', 181, 'Πρώτο φως: η δημιουργός δημοσιεύει σήμερα στις έξι. '],
  ['Chinese', 220, '第一缕光:创作者今晚六点发布新作品,团队已经在准备下一个视频。'],
  ['Japanese', 220, '最初の光:クリエイターは今夜六時に新しい作品を公開します。'],
  ['Korean', 231, '첫 번째 빛: 크리에이터가 오늘 저녁 여섯 시에 새 작품을 공개합니다. '],
  ['Thai', 221, 'แสงแรก ผู้สร้างสรรค์เผยแพร่ผลงานใหม่วันนี้เวลาหกโมงเย็น '],
  ['Hebrew', 252, 'אור ראשון: היוצרת מפרסמת היום בשש בערב והצוות כבר מכין את הסרטון הבא. '],
  ['Arabic', 203, 'الضوء الأول: تنشر المبدعة اليوم في السادسة مساء والفريق يحضر الفيديو التالي. '],
  ['Hindi', 142, 'पहली रोशनी: निर्माता आज शाम छह बजे प्रकाशित करता है। '],
  [
    'base64',
    771,
    'AIpefOSWkthoQmbUjI7acFB67qy0BqKIuDL2BFz+6iCgan7chHayOAgihjQsbvrQ8FoODFTmwuhYEhZk/N4KgEBKnjwkVtKYqAKmlMxOGjCQOi5s9MbiSPjy ',
  ],
  [
    'hex',
    700,
    '008a5e7ce49692d8684266d48c8eda70507aeeacb406a288b832f6045cfeea20a06a7edc8476b238082286342c6efad0f05a0e0c54e6c2e858121664 ',
  ],
  ['digits', 180, '31415926535897932384626433832795028841971693993751 '],
  [
    'code',
    320,
    'export function createApi(options: ApiOptions): Api {\n  return { limits: LIMITS, get: (id) => read(options, id) }\n}\n',
  ],
  [
    'JSON',
    420,
    '{"id":"post_01KAXY7","state":"published","at":"2026-11-26T18:00:00Z","counts":{"likes":37,"views":1001}}',
  ],
  ['capitals', 121, 'NEW DROP TONIGHT EXCLUSIVE CONTENT UNSUBSCRIBE ANYTIME '],
  ['punctuation', 91, '!!!???...---===***///|||~~~ '],
  ['spaces', 101, 'a   b      c\n\n\n\n   d\t\t\te '],
]

describe('the default counter', () => {
  test.each(texts)('does not count %s below its tokens, nor three times above', (_, tokens, text) => {
    const counted = countTokens(text.repeat(10))
    expect(counted).toBeGreaterThanOrEqual(tokens)
    expect(counted).toBeLessThan(tokens * 3)
  })

  test('counts nothing for nothing', () => {
    expect(countTokens('')).toBe(0)
  })
})

test('the byte counter is a bound for every tokenizer that works on bytes', () => {
  for (const [, tokens, text] of texts) expect(countBytes(text.repeat(10))).toBeGreaterThanOrEqual(tokens)
  expect(countBytes('é🔥')).toBe(6)
})
