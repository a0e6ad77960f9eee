import { ValidationException } from '../../../platform/errors.ts'
import type { Path } from '../expressions/ast.ts'
import { Placeholders, type PlaceholderInput } from '../expressions/placeholders.ts'
import { parseProjection, project } from '../expressions/projection.ts'
import type { Item } from '../values/attribute-value.ts'
import { refuseMixture } from './legacy.ts'

export interface ProjectionInput extends PlaceholderInput {
  ProjectionExpression?: string | undefined
  AttributesToGet?: string[] | undefined
}

/** The projection of a read without other expressions; undefined for whole items. */
export function projectionFor(input: ProjectionInput): Path[] | undefined {
  const { ProjectionExpression } = input
  refuseMixture(input, ['ProjectionExpression'], ['AttributesToGet'])
  const placeholders = new Placeholders(input, { ProjectionExpression }, [])
  const paths = ProjectionExpression === undefined ? legacyPaths(input.AttributesToGet) : parseProjection(ProjectionExpression, placeholders)
  placeholders.checkUsed()
  return paths
}

export function legacyPaths(names: string[] | undefined): Path[] | undefined {
  const duplicate = names?.find((name, at) => names.indexOf(name) < at)
  if (duplicate !== undefined) throw new ValidationException(`One or more parameter values were invalid: Duplicate value in attribute name: ${duplicate}`)
  return names?.map(name => [name])
}

export const projected = (item: Item, paths: Path[] | undefined): Item => paths ? project(item, paths) : item
