import { defineDeclarations } from '../../tsup.base.ts'

export default defineDeclarations()
