import type { ProbeNeed } from './probe-definition.ts'

/** A need that is told with `--with KEY=VALUE`. */
export function told(key: string, what: string): ProbeNeed {
  return { key, what }
}

/** A need that is a secret: its environment variable is named after the platform and the key, such as `OFM_PROBE_X_APP_TOKEN`. */
export function toSecretNeed(platform: string, key: string, what: string): ProbeNeed {
  return { key, what, variable: `OFM_PROBE_${platform}_${key}`.toUpperCase().replaceAll('-', '_') }
}
