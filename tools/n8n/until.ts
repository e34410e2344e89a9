/** Asks again and again until the answer is yes. Throws when it is still no after `milliseconds`. */
export async function until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (const end = Date.now() + milliseconds; !(await isSo()); await pause(250)) {
		if (Date.now() > end) throw new Error(`Waited in vain for this: ${what}`);
	}
}

export async function pause(milliseconds: number): Promise<void> {
	await new Promise((done) => setTimeout(done, milliseconds));
}
