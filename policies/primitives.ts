import { leasePrimitives } from './primitives/lease.ts';
import { placementPrimitives } from './primitives/placement.ts';
import { powerPrimitives } from './primitives/power.ts';
import type { Primitive } from './primitives/primitive.ts';
import { requestPrimitives } from './primitives/request.ts';
import { talkPrimitives } from './primitives/talk.ts';

/** All primitives of the cloud by name: what rules can call. */
export const primitives: ReadonlyMap<string, Primitive> = new Map(
  [
    ...requestPrimitives,
    ...leasePrimitives,
    ...placementPrimitives,
    ...powerPrimitives,
    ...talkPrimitives,
  ].map((primitive) => [primitive.signature.name, primitive]),
);
