// The runtime's metadata interfaces, as far as we call them, in the order of their published headers. As in corprof.h a
// function that only stands for its slot has no arguments.
#pragma once
#include "corprof.h"

namespace scope {

constexpr Guid IMetaDataImportId{0x7DAC8207, 0xD3AE, 0x4C75, {0x9B, 0x67, 0x92, 0x80, 0x1A, 0x49, 0x7D, 0x44}};
constexpr Guid IMetaDataEmitId{0xBA3FEE4C, 0xECB9, 0x4E41, {0x83, 0xB7, 0x18, 0x3F, 0xA4, 0x1C, 0xD8, 0x59}};
constexpr Guid IMetaDataAssemblyEmitId{0x211EF15B, 0x5317, 0x4438, {0xB1, 0x96, 0xDE, 0xC8, 0x7B, 0x88, 0x76, 0x93}};

constexpr uint32_t OpenForReading = 0, OpenForWriting = 1;

struct MetaDataImport : Unknown {
    virtual void CloseEnum(void* enumeration) = 0;
    virtual Result CountEnum() = 0;
    virtual Result ResetEnum() = 0;
    virtual Result EnumTypeDefs() = 0;
    virtual Result EnumInterfaceImpls() = 0;
    virtual Result EnumTypeRefs() = 0;
    virtual Result FindTypeDefByName(const char16_t* name, Token enclosing, Token* type) = 0;
    virtual Result GetScopeProps(char16_t* name, uint32_t nameRoom, uint32_t* nameLength, Guid* moduleVersion) = 0;
    virtual Result GetModuleFromScope() = 0;
    virtual Result GetTypeDefProps(Token type, char16_t* name, uint32_t nameRoom, uint32_t* nameLength, uint32_t* attributes, Token* base) = 0;
    virtual Result GetInterfaceImplProps() = 0;
    virtual Result GetTypeRefProps(Token type, Token* scope, char16_t* name, uint32_t nameRoom, uint32_t* nameLength) = 0;
    virtual Result ResolveTypeRef() = 0;
    virtual Result EnumMembers() = 0;
    virtual Result EnumMembersWithName() = 0;
    virtual Result EnumMethods() = 0;
    virtual Result EnumMethodsWithName() = 0;
    virtual Result EnumFields() = 0;
    virtual Result EnumFieldsWithName() = 0;
    virtual Result EnumParams() = 0;
    virtual Result EnumMemberRefs() = 0;
    virtual Result EnumMethodImpls() = 0;
    virtual Result EnumPermissionSets() = 0;
    virtual Result FindMember() = 0;
    virtual Result FindMethod() = 0;
    virtual Result FindField() = 0;
    virtual Result FindMemberRef() = 0;
    virtual Result GetMethodProps(Token method, Token* type, char16_t* name, uint32_t nameRoom, uint32_t* nameLength, uint32_t* attributes, const uint8_t** signature, uint32_t* signatureBytes, uint32_t* rva, uint32_t* implementation) = 0;
    virtual Result GetMemberRefProps() = 0;
    virtual Result EnumProperties() = 0;
    virtual Result EnumEvents() = 0;
    virtual Result GetEventProps() = 0;
    virtual Result EnumMethodSemantics() = 0;
    virtual Result GetMethodSemantics() = 0;
    virtual Result GetClassLayout() = 0;
    virtual Result GetFieldMarshal() = 0;
    virtual Result GetRVA() = 0;
    virtual Result GetPermissionSetProps() = 0;
    virtual Result GetSigFromToken(Token token, const uint8_t** signature, uint32_t* signatureBytes) = 0;
};

struct MetaDataEmit : Unknown {
    virtual Result SetModuleProps() = 0;
    virtual Result Save() = 0;
    virtual Result SaveToStream() = 0;
    virtual Result GetSaveSize() = 0;
    virtual Result DefineTypeDef() = 0;
    virtual Result DefineNestedType() = 0;
    virtual Result SetHandler() = 0;
    virtual Result DefineMethod() = 0;
    virtual Result DefineMethodImpl() = 0;
    virtual Result DefineTypeRefByName(Token scope, const char16_t* name, Token* type) = 0;
    virtual Result DefineImportType() = 0;
    virtual Result DefineMemberRef() = 0;
    virtual Result DefineImportMember() = 0;
    virtual Result DefineEvent() = 0;
    virtual Result SetClassLayout() = 0;
    virtual Result DeleteClassLayout() = 0;
    virtual Result SetFieldMarshal() = 0;
    virtual Result DeleteFieldMarshal() = 0;
    virtual Result DefinePermissionSet() = 0;
    virtual Result SetRVA() = 0;
    virtual Result GetTokenFromSig(const uint8_t* signature, uint32_t bytes, Token* token) = 0;
};

struct AssemblyVersion {
    uint16_t major, minor, build, revision;
    char16_t* locale;
    uint32_t localeLength;
    uint32_t* processors;
    uint32_t processorCount;
    void* systems;
    uint32_t systemCount;
};

struct MetaDataAssemblyEmit : Unknown {
    virtual Result DefineAssembly() = 0;
    virtual Result DefineAssemblyRef(const void* publicKeyOrToken, uint32_t keyBytes, const char16_t* name, const AssemblyVersion* version, const void* hash, uint32_t hashBytes, uint32_t flags, Token* reference) = 0;
};

struct FunctionControl : Unknown {
    virtual Result SetCodegenFlags(uint32_t flags) = 0;
    virtual Result SetILFunctionBody(uint32_t bytes, const uint8_t* body) = 0;
    virtual Result SetILInstrumentedCodeMap() = 0;
};

struct ModuleEnum : Unknown {
    virtual Result Skip() = 0;
    virtual Result Reset() = 0;
    virtual Result Clone() = 0;
    virtual Result GetCount() = 0;
    virtual Result Next(uint32_t count, ModuleId* modules, uint32_t* fetched) = 0;
};

/// Holds a reference to an interface and lets go of it.
template <typename T>
struct Held {
    T* object = nullptr;

    Held() = default;
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
        if (object) object->Release();
    }

    T* operator->() const { return object; }
    Unknown** unknown() { return reinterpret_cast<Unknown**>(&object); }
};

}
