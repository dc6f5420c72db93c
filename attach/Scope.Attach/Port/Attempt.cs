// What comes back from something that may fail for reasons outside of the program: a value, or the failure.
using System.Diagnostics.CodeAnalysis;

namespace Scope.Attach.Port;

/// <summary>A value, or why there is none.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Attempt<T> where T : notnull
{
    readonly T? _value;
    readonly AttachFailure? _failure;

    Attempt(T? value, AttachFailure? failure) => (_value, _failure) = (value, failure);

    /// <summary>Takes it apart: true with the value, or false with the failure.</summary>
    public bool Try([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out AttachFailure? failure)
    {
        (value, failure) = (_value, _failure);
        if (value is null && failure is null) throw new InvalidOperationException("an attempt that was never made");
        return failure is null;
    }

    /// <summary>Whether there is a value.</summary>
    public bool Succeeded => Try(out _, out _);

    /// <summary>The value; throws when there is none, so ask <see cref="Try"/> where it may fail.</summary>
    public T Value => Try(out var value, out var failure) ? value : throw new InvalidOperationException(failure.Message);

    /// <summary>The failure, or null.</summary>
    public AttachFailure? Failure => _failure;

    /// <summary>A success.</summary>
    public static implicit operator Attempt<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Attempt<T>(AttachFailure failure) => new(default, failure);
}

/// <summary>The value of an attempt that gives nothing but its success.</summary>
public readonly record struct Done;
