import type { XPlanRules, XSettings } from './switches.ts'

/** Whether a plan leaves something out: all of them do, except Enterprise, unless the switch says otherwise. */
export function isRefusedByPlan({ plan, planRules }: XSettings, rule: keyof XPlanRules): boolean {
  return (planRules[rule] ?? (plan === 'enterprise' ? 'open' : 'refused')) === 'refused'
}
