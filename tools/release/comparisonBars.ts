import type { Figures } from './comparison';
import { median } from './median';

type NumberFigure = { [Name in keyof Figures]: Figures[Name] extends number ? Name : never }[keyof Figures];

/** Figures that are better when they are smaller, and those that are better when they are larger. */
const LESS = ['fieldsMedian', 'fieldsMost', 'words', 'wordsMean', 'longest', 'cut'] as const satisfies NumberFigure[];
const MORE = [
	'described',
	'pickers',
	'schemas',
	'hints',
	'remedies',
	'aliases',
	'documented',
] as const satisfies NumberFigure[];

/** Figures of a node that may be worse than the median of the others, but not than all of them; docs/comparison.md says why. */
const ON_PURPOSE: Readonly<Record<string, readonly NumberFigure[]>> = {
	DataGym: ['fieldsMedian', 'fieldsMost'],
	'DataGym Trigger': ['fieldsMedian', 'fieldsMost'],
};

/**
 * The figures in which the first node is worse than all others, or worse than their median and not on purpose. NaN stands for a figure
 * that a node does not have, which is not compared.
 */
export function worse([ours, ...others]: readonly Figures[]): string[] {
	if (ours === undefined) return [];
	const figures = [...LESS.map((name) => ({ name, sign: 1 })), ...MORE.map((name) => ({ name, sign: -1 }))];
	return figures.flatMap(({ name, sign }) => {
		const costs = others.map((one) => sign * one[name]).filter((cost) => !Number.isNaN(cost));
		const cost = sign * ours[name];
		const mayExceedMedian = ON_PURPOSE[ours.name]?.includes(name) ?? false;
		const bar = mayExceedMedian ? Math.max(...costs) : median(costs);
		if (costs.length === 0 || cost <= bar) return [];
		return [
			`${ours.name}: ${name} is ${ours[name]}, ${mayExceedMedian ? 'the worst' : 'the median'} of the others is ${sign * bar}`,
		];
	});
}
