// The keys of spans' arguments and tags come again with every span. What each means, its handle and whether it is secret is
// found once and then looked up by a few of its characters; a comparison makes sure.
using Scope.Events;
using Scope.Events.Redaction;

namespace Scope.Attach.Translate;

/// <summary>What is known of a key.</summary>
/// <param name="Text">The key.</param>
/// <param name="Field">Its meaning.</param>
/// <param name="Name">Its handle.</param>
/// <param name="IsSecret">Whether what stands under it is not kept.</param>
sealed record FieldKey(string Text, SpanField Field, NameId Name, bool IsSecret);

/// <summary>The keys that one stream told lately.</summary>
sealed class FieldKeys(Names names, Redactor redactor)
{
    const int Slots = 1 << 10;

    readonly FieldKey?[] _keys = new FieldKey?[Slots];

    /// <summary>A key that is not empty.</summary>
    public FieldKey Of(ReadOnlySpan<char> key)
    {
        ref var slot = ref _keys[SlotOf(key)];
        return slot is { } known && key.SequenceEqual(known.Text) ? known : slot = Make(key);
    }

    FieldKey Make(ReadOnlySpan<char> key)
    {
        var text = key.ToString();
        return new(text, SpanFields.Of(text), names.Intern(text), redactor.IsSecret(text));
    }

    static int SlotOf(ReadOnlySpan<char> key) =>
        (int)((uint)(key[0] + key[^1] * 31 + key[key.Length / 2] * 961 + key[key.Length / 3] * 29791 + key.Length * 923521) * 0x9E3779B9u >> 22) & Slots - 1;
}
