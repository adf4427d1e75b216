import { defineLibrary } from '../../tsup.base.ts'

export default defineLibrary()
