/**
 * Long work that stops after each of its steps, which take a millisecond at most, until it is asked to go on: whoever runs it can let
 * others have their turn in between. In a generator of steps, `yield` is such a place, and `yield*` the work of other steps.
 */
export type Steps<Result> = Generator<undefined, Result, void>;

/** Does the work at once, for those who have nobody to give way to. */
export function atOnce<Result>(steps: Steps<Result>): Result {
	for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}
