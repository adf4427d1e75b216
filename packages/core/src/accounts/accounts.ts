import type { Page } from '../creators/creators.ts'
import type { AccountId, CreatorId } from '../model/ids.ts'

/** A profile on a platform, with the state of our permission to act for it. Never holds a token. */
export interface Account {
  readonly id: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  /** The platform's id of the profile. */
  readonly externalId: string
  readonly username: string | null
  readonly url: string | null
  readonly connection: {
    /** `reconnect`: only the creator can bring it back. */
    readonly state: 'active' | 'reconnect' | 'disconnected'
    readonly reason: string | null
    readonly scopes: readonly string[]
    readonly missingScopes: readonly string[]
    readonly expiresAt: Date | null
  }
  readonly afterUnknown: 'ask' | 'repeat_once'
  /** Least distance between late publications of this account, in milliseconds. */
  readonly spacingMs: number
  readonly createdAt: Date
}

/** Tokens as an app already has them. */
export interface TokenInput {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly expiresAt?: Date
  readonly scopes?: readonly string[]
}

/** One of several accounts that a login reaches. Never holds a token. */
export interface AccountCandidate {
  readonly externalId: string
  readonly username: string
  /** What its people call it, such as a Page's name. */
  readonly name: string | null
  readonly url: string | null
  /** `known`: an account of this creator already, which choosing connects again. `taken`: another creator of the agency has it. */
  readonly standing: 'new' | 'known' | 'taken'
}

/** How a login ended. */
export type CompletedLogin =
  | {
      readonly status: 'connected'
      readonly account: Account
      readonly returnTo: string | null
      readonly missingScopes: readonly string[]
    }
  /** It reaches several accounts: nothing is connected until `complete({ state, externalId })` names one. */
  | {
      readonly status: 'choose_account'
      /** A new one, for the choice. Works once. */
      readonly state: string
      readonly expiresAt: Date
      readonly candidates: readonly AccountCandidate[]
      readonly returnTo: string | null
    }

export interface Accounts {
  /**
   * Adds an account with tokens, or brings the tokens of a known one up to date. Asks the platform whose they are; where they reach several accounts,
   * `externalId` says which. With a `tokenSource`, give `externalId` instead of tokens; nobody is called.
   *
   * @throws {SocialError} `account_taken` when another creator has it, `unknown_platform`, `invalid_input`.
   */
  add(
    input: { readonly creator: string; readonly platform: string } & (
      | { readonly tokens: TokenInput; readonly externalId?: string; readonly username?: undefined }
      | { readonly externalId: string; readonly username?: string; readonly tokens?: undefined }
    ),
  ): Promise<Account>
  get(id: string): Promise<Account>
  list(query?: {
    readonly creator?: string
    readonly platform?: string
    readonly limit?: number
    readonly after?: string
  }): Promise<Page<Account>>
  /** Changes what the account does after an unknown outcome, and its spacing. `repeat_once` weakens the promise never to publish twice. */
  update(
    id: string,
    changes: { readonly afterUnknown?: 'ask' | 'repeat_once'; readonly spacing?: number; readonly by?: string },
  ): Promise<Account>
  /** Revokes at the platform where it can, and forgets the tokens. Publications that wait are held. */
  disconnect(id: string, options?: { readonly by?: string }): Promise<Account>
  readonly connect: {
    /** Begins an OAuth login. `returnTo` comes back from `complete`, unchanged. */
    begin(input: {
      readonly creator: string
      readonly platform: string
      readonly redirectUri: string
      readonly returnTo?: string
    }): Promise<{ readonly url: string; readonly expiresAt: Date }>
    /**
     * Ends it with what the platform appended to the redirect; or, after `choose_account`, with the account that was chosen. A `state` works once and
     * carries its agency: works on any `social`.
     *
     * @throws {SocialError} `state_unknown`, `connect_failed`, `platform_failed`, `account_taken`; `invalid_input` with the candidates for an
     *   `externalId` that is none of them, which leaves the state alive. Once the state is used up, `error.returnTo` says where the login began.
     */
    complete(
      answer:
        | { readonly state: string; readonly code: string }
        | { readonly state: string; readonly error: string; readonly errorDescription?: string }
        | { readonly state: string; readonly externalId: string },
    ): Promise<CompletedLogin>
  }
}
