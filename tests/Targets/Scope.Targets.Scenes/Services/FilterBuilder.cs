// Turns the filter of a search request into a function.
using System.Linq.Expressions;

namespace Scenes.Search;

public sealed record Article(int Id, decimal Price, int Stock);

public sealed class FilterBuilder
{
    public Func<Article, bool> Build(decimal below, int atLeast)
    {
        var article = Expression.Parameter(typeof(Article), "article");
        var cheap = Expression.LessThan(Expression.Property(article, nameof(Article.Price)), Expression.Constant(below));
        var stocked = Expression.GreaterThanOrEqual(Expression.Property(article, nameof(Article.Stock)), Expression.Constant(atLeast));
        return Expression.Lambda<Func<Article, bool>>(Expression.AndAlso(cheap, stocked), article).Compile();
    }
}

public sealed class ArticleSearch(FilterBuilder filters)
{
    readonly Article[] _articles = [.. Enumerable.Range(0, 200).Select(i => new Article(i, i * 1.5m, i % 9))];

    public int Count(int seed)
    {
        int found = 0;
        for (int group = 0; group < 6; group++)
            found += _articles.Count(filters.Build(50 + seed % 40 + group, group));
        return found;
    }
}
