/** Of a write that nothing shows by then, nothing comes any more: far beyond what any call or any list has been seen to be late. */
export const SETTLED_AFTER_MS = 900_000
