import { isSocialError, SocialError } from '../social-error.ts'

/** Ends a login whose state is used up. Its refusal carries where the login began, for nobody can ask the state again. */
export async function leadBack<Result>(returnTo: string | null, end: () => Promise<Result>): Promise<Result> {
  try {
    return await end()
  } catch (error) {
    if (!isSocialError(error) || returnTo === null) throw error
    const { code, message, problems, offers } = error
    throw new SocialError(code, message, { problems, offers, returnTo, cause: error })
  }
}
