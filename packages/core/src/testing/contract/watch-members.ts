/**
 * The same object, whose methods report what they answer and throw, also those of `oauth`. Absent members stay absent.
 *
 * @param note Called with the member's name and its answer or error.
 */
export function watchMembers<Watched extends object>(
  watched: Watched,
  note: (member: string, value: unknown) => void,
): Watched {
  return new Proxy(watched, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (name === 'oauth' && typeof member === 'object' && member !== null) return watchMembers(member, note)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => watchCall(String(name), () => member.apply(target, args), note)
    },
  })
}

function watchCall(name: string, call: () => unknown, note: (member: string, value: unknown) => void): unknown {
  try {
    const result = call()
    if (!(result instanceof Promise)) {
      note(name, result)
      return result
    }
    return result.then(
      (value: unknown) => {
        note(name, value)
        return value
      },
      (error: unknown) => {
        note(name, error)
        throw error
      },
    )
  } catch (error) {
    note(name, error)
    throw error
  }
}
