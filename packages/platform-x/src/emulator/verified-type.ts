import { readSubscription } from './media-categories.ts'
import type { XSettings } from './switches.ts'

/** `blue` with a subscription, unless the switch says otherwise. */
export function readVerifiedType(settings: XSettings, username: string): 'blue' | 'business' | 'government' | 'none' {
  return settings.verifiedTypes[username] ?? (readSubscription(settings, username) === 'None' ? 'none' : 'blue')
}
