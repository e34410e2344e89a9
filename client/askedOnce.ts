/** What is asked for once, by whoever needs it first; after a failure, the next one asks anew. */
export function askedOnce<Value>(ask: () => Promise<Value>): () => Promise<Value> {
	let answer: Promise<Value> | undefined;
	return async () => {
		answer ??= ask().catch((error: unknown) => {
			answer = undefined;
			throw error;
		});
		return await answer;
	};
}
