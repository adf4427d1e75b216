import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { answerInvalid } from './problems.ts'
import type { XSettings } from './switches.ts'

export const idPattern = /^[0-9]{1,19}$/
const listLengthMax = 100

/** Refuses a query parameter that is no list of 1 to 100 well-formed values. */
export function checkList(parameter: string, pattern: RegExp) {
  return ({ url }: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined => {
    const asked = url.searchParams.get(parameter)
    const values = (asked ?? '').split(',')
    const wrong = values.filter((value) => !pattern.test(value))
    if (wrong.length === 0 && values.length <= listLengthMax) return undefined
    const message =
      wrong.length > 0
        ? `The \`${parameter}\` query parameter value [${wrong.join(',')}] is not valid`
        : `The number of values in the \`${parameter}\` query parameter list [${values.length}] is not between 1 and ${listLengthMax}`
    return answerInvalid(settings, [{ path: parameter, value: asked ?? undefined, message }])
  }
}

/** Refuses a value in the path that is not well-formed. */
export function checkParameter(name: string, pattern: RegExp) {
  return ({ params }: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined => {
    const value = params[name] ?? ''
    if (pattern.test(value)) return undefined
    const message = `The \`${name}\` query parameter value [${value}] is not valid`
    return answerInvalid(settings, [{ path: name, value, message }])
  }
}

/** The values of a list in the query. */
export function readList({ url }: EmulatorRequest, parameter: string): readonly string[] {
  return (url.searchParams.get(parameter) ?? '').split(',')
}
