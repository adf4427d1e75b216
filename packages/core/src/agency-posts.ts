import type { AgencyScope } from './agency-scope.ts'
import { createPosts } from './posts/create-posts.ts'
import type { Posts } from './posts/posts.ts'
import { freshFacts } from './posts/read-facts.ts'

/** The posts of one agency: wiring only. Facts that are not stored are read from the platform. */
export function createAgencyPosts(scope: AgencyScope): Posts {
  const { ports, adapters, access, host, readAgencyId, createId, wake, log, spending } = scope
  const factsDependencies = {
    store: ports.posts,
    access,
    monotonicNow: host.monotonic,
    startTimeout: host.startTimeout,
    log,
    payForCall: spending?.payForCall,
  }
  return createPosts({
    readAgencyId,
    store: ports.posts,
    publications: ports.publications,
    creators: ports.creators,
    adapters,
    createId,
    factsOf: (agencyId, material) => freshFacts(factsDependencies, agencyId, material),
    wake,
  })
}
