/** The door to the label model: everything that the nodes use. Files inside import each other, never this one. */
export { comparableKey, findKey, sameKey } from './classes/classKey';
export { ownerOf } from './classes/classTree';
export { namesIn, readClassNames } from './classes/classNames';
export {
	type ClassMapping,
	type ClassRules,
	datasetClasses,
	type DatasetClasses,
	readClassMapping,
} from './classes/datasetClasses';
export {
	CLASSIFICATION_ENTRY_TYPES,
	classTypeOf,
	GEOMETRY_ENTRY_TYPES,
	type LabelConfigEntry,
	LONGEST_FREETEXT,
} from './classes/labelClass';
export {
	CLASS_SOURCES,
	deriveConfiguration,
	type DerivedConfiguration,
	isDataGymConfiguration,
} from './classSources/deriveConfiguration';
export type { RenamedKey } from './classSources/entries';
export { checkLabelConfig, entriesToUploadAgain } from './classes/labelConfig';
export { mergeEntries, type MergedEntries } from './classes/mergeEntries';
export { NEW_CLASS_COLORS } from './classes/newClassColors';
export { readServerLabelConfig, type ServerEntry } from './classes/serverLabelConfig';
export { type GrayPicture, readGrayBmp } from './codecs/grayBmp';
export { type ImageHeader, readImageHeader } from './codecs/imageHeader';
export { PNG_SIGNATURE, pngChunk, writeIndexedPng } from './codecs/indexedPng';
export { joined } from './codecs/joinedBytes';
export { bytesInBase64 } from './codecs/maskImage';
export { withoutMetadata } from './codecs/metadataRemover';
export { withoutOrientation } from './codecs/orientationRemover';
export { type ImageTable, isParquet, readImageTable, readParquet, type RowGroup } from './codecs/parquet';
export { type Panoptic, panopticInstances, readPanoptic } from './importing/panoptic';
export { metadataOfRow } from './importing/tableRows';
export { pngChunks, pngHeader, type PngHeader, pngPalette, type PngPass } from './codecs/pngLayout';
export { paeth, placePngRow, PNG_FILTERS } from './codecs/pngRows';
export { joinedLabels } from './importing/joinedLabels';
export { tarContents } from './codecs/tarContents';
export { type TarContent, TarError } from './codecs/tarFile';
export { zipContents } from './codecs/zip/contents';
export { PassingImages } from './codecs/zip/passingImages';
export { isZip, readZipDirectory, readZipEnd, ZIP_END_LENGTH, type ZipEntry, ZipError } from './codecs/zip/directory';
export { hasValues, readClassifications } from './datagym/classifications';
export { type ExportElement, ExportReader, readExport } from './datagym/export';
export { geometryFault, isGeometryKey, readGeometry } from './datagym/geometry';
export { writeImportElement } from './datagym/import';
export { importMark } from './datagym/importMark';
export {
	classificationContent,
	geometryContent,
	type LabelContent,
	type LabelValue,
	readLabelValue,
} from './datagym/labelValue';
export { apartFromDrawn, withRegionsApart } from './prediction/drawnLabels';
export { compareTexts } from './datagym/labelOrder';
export { type IdentifiedLabels, readTask, type TaskReading } from './datagym/task';
export { countLostAnswers, type ImportedLabel, mergedAnswers, type TaskWork, taskWork } from './datagym/taskWork';
export { readVideoTask, type VideoTrack } from './datagym/videoTask';
export { type CardTexts, datasetCard } from './dataset/card/datasetCard';
export type { DatasetContainer, DatasetFile, FileSteps } from './dataset/datasetFile';
export { fileNamesOf, fileNameSteps, hasImageEnding, possibleFileNames, safeName, stemOf } from './dataset/fileNames';
export { type Conversion, conversionLines, type ConversionReason, ConversionReport } from './dataset/conversionReport';
export { type DuplicateGroup, duplicateGroups, type ImageHashes } from './dataset/duplicates';
export { countNames } from './dataset/statistics';
export { type BoxSizes, boxSizeSteps } from './dataset/versions/boxSizes';
export {
	type ClassChange,
	compareVersions,
	type DatasetVersion,
	type VersionComparison,
} from './dataset/versions/compareVersions';
export type { Drift } from './dataset/versions/drift';
export { dividedGroups, groupedSplitSteps, type GroupRule, groupSteps } from './dataset/groups';
export type { DuplicateSensitivity } from './dataset/hashIndex';
export {
	countSplits,
	emptySplits,
	filledSplits,
	type Split,
	splitOf,
	SPLITS,
	type SplitShares,
	strataSteps,
	stratifiedSplitSteps,
} from './dataset/splits';
export { noTiles, tileCount, type TileCounts, tileName, tilesOf, type Tiling } from './dataset/tiles';
export { detectFormat, inputsOfFormat, type RecognizedInput } from './formats/detect';
export { openAnswer, type OpenedAnswer } from './formats/openedAnswer';
export { type CoordinateFrame, datasetFileSteps, READABLE_FORMATS, WRITABLE_FORMATS } from './formats/catalog';
export { writeExportElement } from './formats/dataGym';
export { COCO_LISTS, CocoFile } from './formats/cocoFile';
export { type CocoCategory, cocoIndex, type CocoReferences } from './formats/cocoReader';
export { COCO_TRAINED_CATEGORIES } from './formats/cocoResults';
export { readInput, readInSteps } from './formats/format';
export { IMAGES_PER_SHARD } from './formats/shared/shards';
export { isMaskFile } from './formats/masksReader';
export type {
	BoxMeaning,
	FormatReading,
	PlainBoxFields,
	ReadableFormat,
	ReadImage,
	ReadingParameter,
	ReadingParameters,
	WritableFormat,
	WritingParameter,
	WritingParameters,
} from './formats/format';
export { IMAGE_CLASS, sizeIn } from './formats/shared/predictions';
export type { CoordinateUnit } from './geometry/coordinateUnit';
export { displayedImage, resizedImage } from './geometry/orientation';
export { pixelsInside } from './geometry/mask';
export { type Box, boundingBox, geometryPoints } from './geometry/shapes';
export { configurationOf, isOfGeometry, type RenamedClasses, renamedKey } from './importing/configuration';
export { ImagePaths } from './importing/imagePaths';
export { folderOf, kindOfFile, nameOf, pathIn } from './importing/layout';
export {
	type Classifications,
	eachObject,
	type Geometry,
	type GeometryType,
	type ImageSize,
	isGeometryClass,
	isGeometryType,
	type LabelClass,
	type LabeledImage,
	labelOf,
	type LabelObject,
	sourceIdOf,
} from './model';
export type { LabelProblem, ProblemReason } from './parsing/problem';
export { isFiniteNumber, isList, isRecord, ownValue, setOwn, shown } from './parsing/record';
export { checkPrediction } from './prediction/checkPrediction';
export { probableUnit } from './prediction/probableUnit';
export { withKnownClassifications } from './prediction/classifications';
export { modelErrorIn, reasonIn } from './prediction/modelError';
export { type PredictionPreparation, preparePrediction } from './prediction/preparePrediction';
export { type ProjectRules, withProjectClasses } from './prediction/projectClasses';
export { storedClassifications, withStoredKeys } from './prediction/storedKeys';
export type { Picture } from './preview/figure';
export { shownIssues } from './preview/issues';
export { previewPage, type ShownImage } from './preview/page';
export { previewClasses } from './preview/previewClasses';
export { LabelCounts, Sample } from './preview/statistics';
export {
	type ClassEvaluation,
	type ConfusionMatrix,
	type CocoSummary,
	type Curve,
	DEFAULT_OVERLAP,
	DEFAULT_SCORE,
	type Evaluation,
	type EvaluationKind,
	type ImageEvaluation,
	type ImagePair,
	type ObjectMatch,
	type Rates,
} from './quality/evaluation/evaluation';
export { Evaluator } from './quality/evaluation/evaluator';
export {
	type ImageClassEvaluation,
	ImageClassEvaluator,
	type ImageClassJudgment,
	type QuestionEvaluation,
} from './quality/evaluation/imageClasses';
export { keypointSigmas } from './quality/evaluation/keypoints';
export type { PicturedResult } from './quality/page/comparisonFigure';
export { comparisonPage } from './quality/page/comparisonPage';
export { imageClassPage } from './quality/page/imageClassPage';
export type { NominalAgreement } from './quality/agreement/coefficients';
export { type ComparedImage, compareImage, type Disagreement } from './quality/agreement/compareImage';
export { consensusOf, type ConsensusGeometry } from './quality/agreement/consensus';
export { Questions } from './quality/agreement/questions';
export { type ImageIdentity, sameImages, type SameImages } from './quality/agreement/sameImages';
export type { Closeness } from './quality/agreement/similarity';
export { AgreementStatistics, type MatchCounts } from './quality/agreement/statistics';
export { findIssues } from './quality/issues/findIssues';
export { FirstItems } from './steps/firstItems';
export { sorted } from './steps/sorted';
export { atOnce, type Steps } from './steps/steps';
export { type BriefImage, briefsOf, type FileFacts, type ImageList, selected } from './store/imageList';
export { ImageStore } from './store/imageStore';
export { type Issue, SEVERITIES } from './quality/issues/issue';
export { ISSUE_KINDS } from './quality/issues/kinds';
export type { DatasetOfImage } from './quality/issues/projectFacts';
