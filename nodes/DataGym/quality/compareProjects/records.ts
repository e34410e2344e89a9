import type { IDataObject } from 'n8n-workflow';
import {
	type AgreementStatistics,
	comparableKey,
	type ComparedImage,
	consensusOf,
	type ConsensusGeometry,
	type Disagreement,
	eachObject,
	type LabeledImage,
	type MatchCounts,
	type NominalAgreement,
	type SameImages,
	writeExportElement,
} from '@datagym/labels';
import type { ReadProject } from './readProjects';

/** One image with what is not seen alike. */
export function imageItem(projects: readonly ReadProject[], compared: ComparedImage): IDataObject {
	const { images, disagreements, agreedCount } = compared;
	const [first] = presentIn(images);
	return {
		imageId: first?.imageId ?? '',
		imageName: first?.imageName ?? '',
		agreement: agreementOf(compared),
		agreedCount,
		disagreementCount: disagreements.length,
		disagreements: disagreements.map((disagreement) => disagreementRecord(projects, images, disagreement)),
		projects: projects.flatMap(({ projectId, name }, place) => {
			const image = images[place];
			return image === undefined
				? []
				: [{ projectId, projectName: name, ...taskOf(image), labelCount: labelCountOf(image) }];
		}),
	};
}

const presentIn = (images: ComparedImage['images']) => images.filter((image) => image !== undefined);

/** The share of things and answers that all projects see alike; 1 if there is nothing. */
export function agreementOf({ agreedCount, disagreements }: ComparedImage): number {
	const count = agreedCount + disagreements.length;
	return count === 0 ? 1 : agreedCount / count;
}

function taskOf({ imageId, taskId, status, labeler }: LabeledImage): IDataObject {
	return {
		imageId,
		...(taskId !== undefined && { taskId }),
		...(status !== undefined && { status }),
		...(labeler !== undefined && { labeler }),
	};
}

function labelCountOf(image: LabeledImage): number {
	let count = 0;
	eachObject(image, () => count++);
	return count;
}

function disagreementRecord(
	projects: readonly ReadProject[],
	images: ComparedImage['images'],
	{ kind, labels, box, iou, distance, question, answers }: Disagreement,
): IDataObject {
	return {
		kind,
		...(question !== undefined && { classification: question.classification }),
		...(iou !== undefined && { iou }),
		...(distance !== undefined && { distance }),
		...box,
		labels: projects.flatMap(({ projectId }, place) => {
			if (images[place] === undefined) return [];
			const label = labels[place];
			const values = answers?.[place];
			return [
				{
					projectId,
					...(labels.length > 0 && { className: label?.className ?? null }),
					...(label?.id !== undefined && { labelId: label.id }),
					...(question !== undefined && { values: values === undefined ? null : [...values] }),
				},
			];
		}),
	};
}

/** What most projects agree on, as Prediction: Import takes it. The image has an ID if all projects have it under the same one. */
export function consensusItem(compared: ComparedImage, geometry: ConsensusGeometry): IDataObject {
	const [first, ...others] = presentIn(compared.images);
	const isSame = others.every(({ imageId }) => imageId === first?.imageId);
	const { objects, classifications } = consensusOf(compared, geometry);
	const image = {
		imageId: isSame ? (first?.imageId ?? '') : '',
		imageName: first?.imageName ?? '',
		objects,
		classifications,
	};
	const { internal_media_ID: imageId, external_media_ID: imageName, ...content } = writeExportElement(image);
	return {
		...(imageId !== '' && { internal_media_ID: imageId }),
		external_media_ID: imageName,
		global_classifications: content.global_classifications as object as IDataObject,
		labels: content.labels as object as IDataObject,
	};
}

/** The agreement of all images, with flat numbers first. */
export function summaryItem(
	projects: readonly ReadProject[],
	{ alone, ambiguousNames, resizedNames }: SameImages,
	statistics: AgreementStatistics,
): IDataObject {
	const { images, agreedCount, disagreementCount, all, classification, answerList } = statistics;
	const alphas = answerList.flatMap(({ agreement }) => agreement.krippendorffAlpha ?? []);
	return {
		projectIds: projects.map(({ projectId }) => projectId),
		projectNames: projects.map(({ name }) => name),
		imageCount: images,
		notComparedCount: alone.length,
		agreement: agreedCount + disagreementCount === 0 ? 1 : agreedCount / (agreedCount + disagreementCount),
		agreedCount,
		disagreementCount,
		...countsRecord(all),
		...prefixed('class', coefficients(classification, projects.length)),
		answerKrippendorffAlpha: alphas.length === 0 ? null : alphas.reduce((sum, alpha) => sum + alpha, 0) / alphas.length,
		unreadLabelCount: projects.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
		classes: statistics.classList.map(({ className, labelCounts, counts }) => ({
			className,
			...countsRecord(counts),
			labelCounts: [...labelCounts],
		})),
		classifications: answerList.map(({ question, option, agreement }) => ({
			...(question.className !== undefined && { className: question.className }),
			classification: question.classification,
			...(option !== undefined && { option }),
			unitCount: agreement.unitCount,
			agreement: agreement.share ?? null,
			...coefficients(agreement, projects.length),
		})),
		confusion: statistics.confusionList.map(({ className, otherClassName, count }) => ({
			className: className ?? null,
			otherClassName: otherClassName ?? null,
			count,
		})),
		projectPairs: statistics.pairs.map(({ first, second, counts, classes }) => ({
			projectId: projects[first]?.projectId ?? '',
			otherProjectId: projects[second]?.projectId ?? '',
			...countsRecord(counts),
			...prefixed('class', coefficients(classes, 2)),
		})),
		ambiguousNames: [...ambiguousNames],
		resizedNames: [...resizedNames],
		classesNotInAll: classesNotInAll(projects),
	};
}

function countsRecord({ f1, matchedShare, meanIou, meanDistance }: MatchCounts): IDataObject {
	return {
		f1: f1 ?? null,
		matchedShare: matchedShare ?? null,
		meanIou: meanIou ?? null,
		meanDistance: meanDistance ?? null,
	};
}

function coefficients(
	{ cohenKappa, fleissKappa, krippendorffAlpha }: NominalAgreement,
	projectCount: number,
): Record<string, number | null> {
	return {
		...(projectCount === 2 ? { cohenKappa: cohenKappa ?? null } : { fleissKappa: fleissKappa ?? null }),
		krippendorffAlpha: krippendorffAlpha ?? null,
	};
}

function prefixed(prefix: string, record: Record<string, number | null>): IDataObject {
	return Object.fromEntries(
		Object.entries(record).map(([key, value]) => [`${prefix}${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]),
	);
}

/** Classes and classifications that one project or more lacks, or has with another type. */
export function classesNotInAll(projects: readonly ReadProject[]): IDataObject[] {
	const found = new Map<string, { className: string; type: string; projectIds: Set<string> }>();
	for (const { projectId, classes } of projects) {
		for (const { key, type } of classes) {
			const id = `${type} ${comparableKey(key)}`;
			const known = found.get(id) ?? { className: key, type, projectIds: new Set() };
			known.projectIds.add(projectId);
			found.set(id, known);
		}
	}
	return [...found.values()]
		.filter(({ projectIds }) => projectIds.size < projects.length)
		.map(({ className, type, projectIds }) => ({ className, type, projectIds: [...projectIds] }));
}
