import { comparableKey } from '../classes/classKey';
import { CLASSIFICATION_ENTRY_TYPES, LONGEST_FREETEXT, type LabelConfigEntry } from '../classes/labelClass';
import { NEW_CLASS_COLORS } from '../classes/newClassColors';
import { keyCharacters, nameFor, unusedKey } from '../classes/newKeys';
import { setOwn } from '../parsing/record';
import type { ClassReport, SourceClass, SourceOption } from './classSource';

/** A key of DataGym that is not the name in the source. */
export interface RenamedKey {
	readonly entryKey: string;
	readonly storedAs: string;
}

export interface DerivedEntries {
	readonly entries: readonly LabelConfigEntry[];
	readonly renamed: readonly RenamedKey[];
}

/** The server refuses deeper entries. Source: docs/contract.md#configuration-entries. */
const LEVELS = 4;
const LONGEST_OPTION = 255;

/**
 * The entries that DataGym takes for the classes of another tool. Keys are their names, as far as DataGym allows it: in lower
 * case, once among all classes and once within a class.
 */
export function entriesOf(classes: readonly SourceClass[], report: ClassReport): DerivedEntries {
	const deriver = new Deriver(report, onceUsedShortcuts(classes));
	const roots = new Set<string>();
	const entries = deriver.distinct(classes).map((each, index) => deriver.entry(each, index, 1, roots, new Set()));
	return { entries, renamed: deriver.renamed };
}

class Deriver {
	readonly renamed: RenamedKey[] = [];

	constructor(
		private readonly report: ClassReport,
		private readonly shortcuts: ReadonlySet<string>,
	) {}

	/** @param used keys that the entry must not have; those below it, `usedInside`, and for a root its own. */
	entry(
		source: SourceClass,
		index: number,
		level: number,
		used: Set<string>,
		usedInside: Set<string>,
	): LabelConfigEntry {
		const { name, title = name, type, shortcut, children } = source;
		const key = unusedKey(name, used);
		usedInside.add(key);
		if (key !== name) this.renamed.push({ entryKey: name, storedAs: key });
		const shown = nameFor(title);
		if (shown !== title) this.report.add('title', title);
		const isClassification = CLASSIFICATION_ENTRY_TYPES.some((each) => each === type);
		return {
			entryKey: key,
			entryValue: shown || key,
			type,
			...(!isClassification && { color: colorOf(source, index) }),
			...(!isClassification && shortcut !== undefined && this.shortcuts.has(shortcut) && { shortcut }),
			...(isClassification && { required: source.required ?? false }),
			...((type === 'select' || type === 'checklist') && { options: this.options(source.options ?? []) }),
			...(type === 'freetext' && { maxLength: LONGEST_FREETEXT }),
			children: this.children(children, level + 1, usedInside),
		};
	}

	private children(sources: readonly SourceClass[], level: number, used: Set<string>): LabelConfigEntry[] {
		if (level > LEVELS) {
			for (const { name } of sources) this.report.add('depth', name);
			return [];
		}
		return this.distinct(sources).map((source, index) => this.entry(source, index, level, used, used));
	}

	/** Without those that have no name, or are one class; those of one name and several shapes get the shape as a part of it. */
	distinct(sources: readonly SourceClass[]): SourceClass[] {
		const seen = new Map<string, Set<string>>();
		return sources.flatMap((source): SourceClass[] => {
			const { name, title = name, type } = source;
			const key = comparableKey(name);
			if (key === '') {
				this.report.add('unnamed', `(${type.replace('_', ' ')})`);
				return [];
			}
			const types = seen.get(key) ?? new Set<string>();
			seen.set(key, types);
			if (types.has(type)) {
				this.report.add('double', name);
				return [];
			}
			const isFirst = types.size === 0;
			types.add(type);
			return [isFirst ? source : { ...source, name: `${name} ${type.replace('image_', '')}`, title }];
		});
	}

	/** Labelers can choose options only if their keys have the characters of keys. */
	private options(options: readonly SourceOption[]): Record<string, string> {
		const derived: Record<string, string> = {};
		const used = new Map<string, string>();
		for (const { name, title = name } of options) {
			const plain = keyCharacters(name).slice(0, LONGEST_OPTION).trim() || 'option';
			const isSame = used.get(plain.toLowerCase()) === comparableKey(name);
			if (isSame) {
				this.report.add('double-option', name);
				continue;
			}
			let key = plain;
			for (let number = 2; used.has(key.toLowerCase()); number++)
				key = `${plain.slice(0, LONGEST_OPTION - 6)}_${number}`;
			used.set(key.toLowerCase(), comparableKey(name));
			if (key !== name) this.report.add('option', name);
			setOwn(derived, key, [...title].slice(0, LONGEST_OPTION).join(''));
		}
		return derived;
	}
}

/** DataGym takes each digit once. */
function onceUsedShortcuts(classes: readonly SourceClass[]): ReadonlySet<string> {
	const all = classes.flatMap(({ shortcut, children }) => [shortcut, ...children.map((child) => child.shortcut)]);
	const digits = all.filter((shortcut) => shortcut !== undefined && /^\d$/.test(shortcut));
	return new Set(
		digits.flatMap((digit) => (digit !== undefined && all.indexOf(digit) === all.lastIndexOf(digit) ? [digit] : [])),
	);
}

function colorOf({ color }: SourceClass, index: number): string {
	const given = color?.trim() ?? '';
	if (given !== '' && given.length <= LONGEST_OPTION) return withoutOpacity(given);
	return NEW_CLASS_COLORS[index % NEW_CLASS_COLORS.length] ?? '#e6194b';
}

/** `rgba(255, 0, 0, 0.7)` as `#ff0000`, since DataGym has an opacity of its own; other colors as they are. */
function withoutOpacity(color: string): string {
	const numbers = /^rgba?\(([^)]{1,60})\)$/i
		.exec(color)?.[1]
		?.split(/[\s,/]+/)
		.map(Number);
	const [red, green, blue] = numbers ?? [];
	return hexColor([red, green, blue]) ?? color;
}

/** Three numbers from 0 to 255 as `#ff0000`; undefined if they are none. */
export function hexColor(numbers: readonly unknown[]): string | undefined {
	const parts = numbers
		.slice(0, 3)
		.map((part) =>
			typeof part === 'number' && part >= 0 && part <= 255 ? Math.round(part).toString(16).padStart(2, '0') : '',
		);
	return parts.length === 3 && parts.every((part) => part !== '') ? `#${parts.join('')}` : undefined;
}
