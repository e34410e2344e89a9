/** What was measured in rounds, by name: the runs of one round stand beside each other, since the machine was as busy for all of them. */
export class Runs<Measured> {
	private readonly runs = new Map<string, Measured[]>();

	note(name: string, measured: Measured): void {
		this.runs.set(name, [...this.of(name), measured]);
	}

	of(name: string): readonly Measured[] {
		return this.runs.get(name) ?? [];
	}

	/** NaN if there are none. */
	median(name: string, value: (measured: Measured) => number): number {
		return median(this.of(name).map(value));
	}

	/** Median of the ratios of the rounds that have both. */
	ratio(name: string, other: string, value: (measured: Measured) => number): number {
		const others = this.of(other);
		return median(
			this.of(name).flatMap((measured, round) =>
				others[round] === undefined ? [] : [value(measured) / value(others[round])],
			),
		);
	}
}

export function median(numbers: readonly number[]): number {
	const sorted = [...numbers].sort((a, b) => a - b);
	return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}
