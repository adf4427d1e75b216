import { createServer } from 'node:http'
import express from 'express'
import pg from 'pg'

/** What any server of this kind begins with. */
const pool = new pg.Pool({ max: 10 })
createServer(express()).listen(0, '127.0.0.1')
process.on('SIGTERM', () => pool.end().then(() => process.exit(0)))
