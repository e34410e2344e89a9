import type { IDataObject } from 'n8n-workflow';
import { boundingBox, type Issue, ISSUE_KINDS, SEVERITIES, type Steps } from '@datagym/labels';
import type { Output } from '../../runner/operation';
import type { SearchedProject } from './readProject';

/** The longest comment of a review (Task: Review). */
const LONGEST_COMMENT = 128;

const NAMES: ReadonlyMap<string, string> = new Map(ISSUE_KINDS.map(({ key, name }) => [key, name]));

/** Items of the first issues. */
export function* issueItems(issues: readonly Issue[], project: SearchedProject, most: number): Steps<Output[]> {
	const items: Output[] = [];
	for (const issue of issues.slice(0, most)) {
		items.push({ json: issueRecord(issue, project) });
		yield;
	}
	return items;
}

/** An issue with flat values, the same for all, so that items fit into one table; null for what it does not have. */
function issueRecord(issue: Issue, project: SearchedProject): IDataObject {
	const { label, otherLabel, otherImage } = issue;
	const className = issue.className ?? label?.className;
	const box = label === undefined ? undefined : boundingBox(label.geometry);
	return {
		issue: issue.issue,
		severity: issue.severity,
		reason: issue.reason,
		comment: commentOf([issue]),
		...imageRecord(issue, project),
		labelId: label?.id ?? null,
		className: className ?? null,
		type: label?.geometry.type ?? null,
		x: box?.x ?? null,
		y: box?.y ?? null,
		width: box?.width ?? null,
		height: box?.height ?? null,
		otherLabelId: otherLabel?.id ?? null,
		otherClassName: otherLabel?.className ?? null,
		otherImageId: otherImage?.imageId ?? null,
		otherImageName: otherImage?.imageName ?? null,
		measure: issue.measure,
		value: rounded(issue.value),
		limit: rounded(issue.limit),
		typical: rounded(issue.typical),
		sampleSize: issue.sampleSize ?? null,
		...projectRecord(project),
	};
}

/** Items of images with all their issues, those with the most severe ones first; issues about the project are together in the last item. */
export function* imageItems(issues: readonly Issue[], project: SearchedProject, most: number): Steps<Output[]> {
	const byImage = new Map<string, Issue[]>();
	for (const issue of issues) {
		yield;
		const key = issue.image?.imageId ?? '';
		const known = byImage.get(key);
		if (known === undefined) byImage.set(key, [issue]);
		else known.push(issue);
	}
	const ofProject = byImage.get('');
	byImage.delete('');
	const items: Output[] = [];
	for (const own of [...byImage.values(), ...(ofProject === undefined ? [] : [ofProject])].slice(0, most)) {
		items.push({ json: imageItem(own, project) });
		yield;
	}
	return items;
}

function imageItem(own: readonly Issue[], project: SearchedProject): IDataObject {
	const [worst] = own;
	return {
		...(worst === undefined ? {} : imageRecord(worst, project)),
		severity: worst?.severity ?? null,
		issueCount: own.length,
		...Object.fromEntries(
			SEVERITIES.map((level) => [`${level}Count`, own.filter(({ severity }) => severity === level).length]),
		),
		issueNames: [...new Set(own.map(({ issue }) => issue))],
		reason: own.map(({ reason }) => reason).join('\n'),
		comment: commentOf(own),
		labelIds: [...new Set(own.flatMap(({ label }) => label?.id ?? []))],
		issues: own.map((issue) => withoutImage(issueRecord(issue, project))),
		...projectRecord(project),
	};
}

const OF_IMAGE = [
	'imageId',
	'imageName',
	'taskId',
	'status',
	'labeler',
	'datasetId',
	'datasetName',
	'projectId',
	'projectName',
];

function withoutImage(record: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(record).filter(([key]) => !OF_IMAGE.includes(key)));
}

function imageRecord({ image }: Issue, { datasets }: SearchedProject): IDataObject {
	const dataset = image === undefined ? undefined : datasets.get(image.imageId);
	return {
		imageId: image?.imageId ?? null,
		imageName: image?.imageName ?? null,
		taskId: image?.taskId ?? null,
		status: image?.status ?? null,
		labeler: image?.labeler ?? null,
		datasetId: dataset?.datasetId ?? null,
		datasetName: dataset?.datasetName ?? null,
	};
}

function projectRecord({ projectId, projectName }: SearchedProject): IDataObject {
	return { projectId, projectName };
}

/** What a review can say about the issues: their kinds, classes and places, as many as a comment holds. */
function commentOf(issues: readonly Issue[]): string {
	const parts = issues.map(({ issue, label, className = label?.className }) => {
		const { x, y } = (label && boundingBox(label.geometry)) ?? {};
		const place = x === undefined || y === undefined ? '' : ` at ${Math.round(x)}, ${Math.round(y)}`;
		return `${NAMES.get(issue) ?? issue}${className === undefined ? '' : `: ${className}`}${place}`;
	});
	const text = parts.join('; ');
	return text.length <= LONGEST_COMMENT ? text : `${text.slice(0, LONGEST_COMMENT - 1)}…`;
}

/** To six digits, which are more than anybody can measure. */
function rounded(value: number | undefined): number | null {
	return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6));
}
