package population

// The rules of directory.yaml that are judged by rows, as bits of a row's verdict.
const (
	parse = iota
	requiredID
	requiredName
	requiredSex
	requiredBirth
	requiredRegion
	requiredAddress
	requiredRegistered
	typeBirth
	typeMembers
	typeRegistered
	typeUpdated
	citizenID
	lengthID
	patternID
	idDivision
	idBirth
	idSex
	uniqueID
	lengthName
	patternName
	valuesSex
	rangeBirth
	futureBirth
	codesNation
	regionRegion
	lengthAddress
	phonePhone
	codesEducation
	valuesMarriage
	patternHousehold
	rangeMembers
	creditEmployer
	rangeRegistered
	futureRegistered
	registeredAfterBirth
	futureUpdated
	updatedAfterRegistered
	numRules
)

// ruleNames are the rules' names in the declaration, by bit.
var ruleNames = [numRules]string{
	parse:      "parse",
	requiredID: "required_id_no", requiredName: "required_name", requiredSex: "required_sex",
	requiredBirth: "required_birth", requiredRegion: "required_region", requiredAddress: "required_address",
	requiredRegistered: "required_registered",
	typeBirth:          "type_birth", typeMembers: "type_members", typeRegistered: "type_registered", typeUpdated: "type_updated",
	citizenID: "citizen_id_id_no", lengthID: "length_id_no", patternID: "pattern_id_no", idDivision: "id_division_id_no",
	idBirth: "id_birth_birth", idSex: "id_sex", uniqueID: "unique_id_no",
	lengthName: "length_name", patternName: "pattern_name", valuesSex: "values_sex",
	rangeBirth: "range_birth", futureBirth: "not_future_birth", codesNation: "codes_nation",
	regionRegion: "region_region", lengthAddress: "length_address", phonePhone: "phone_phone",
	codesEducation: "codes_education", valuesMarriage: "values_marriage", patternHousehold: "pattern_household",
	rangeMembers: "range_members", creditEmployer: "credit_code_employer", rangeRegistered: "range_registered",
	futureRegistered: "not_future_registered", registeredAfterBirth: "registered_after_birth",
	futureUpdated: "not_future_updated", updatedAfterRegistered: "updated_after_registered",
}

// rejecting are the rules that send a row to quarantine: all but the division's, which only
// warns.
const rejecting = uint64(1)<<numRules - 1 - 1<<idDivision
